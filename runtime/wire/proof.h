/* SPDX-License-Identifier: Apache-2.0
 *
 * proof.h - prove a block's secret without showing it.
 *
 *      attach key = BLAKE2b-256, keyed with the secret, of "dh attach 1" and the instance
 *      proof      = BLAKE2b-256, keyed with the attach key, of nonce, channel (zero padded), role
 *
 * Who answers for a block has its attach key and never its secret: a broker that is read out gives
 * away one block until its producer ends, not what the secret protects elsewhere.
 */
#ifndef DHI_WIRE_PROOF_H
#define DHI_WIRE_PROOF_H

#include "wire/message.h"

enum { DHI_KEY_BYTES = 32, DHI_NONCE_BYTES = 32, DHI_INSTANCE_BYTES = 16 };

/* The question that a connection was asked: answered or not, it is gone after one try. */
struct dhi_challenge {
    bool open;
    uint8_t role;
    unsigned char nonce[DHI_NONCE_BYTES];
    unsigned char instance[DHI_INSTANCE_BYTES];
    char channel[DHI_WIRE_CHANNEL_BYTES];
};

void dhi_attach_key(unsigned char key[DHI_KEY_BYTES], const void *secret,
                    const unsigned char instance[DHI_INSTANCE_BYTES]);

/* The proof for `request`, which names channel and role. */
void dhi_proof_make(unsigned char proof[DHI_KEY_BYTES], const unsigned char key[DHI_KEY_BYTES],
                    const unsigned char nonce[DHI_NONCE_BYTES],
                    const struct dhi_wire_request *request);

/* Ask: a new nonce, for what `request` wants of that instance. */
void dhi_challenge_open(struct dhi_challenge *challenge, const struct dhi_wire_request *request,
                        const unsigned char instance[DHI_INSTANCE_BYTES]);

/* Whether `request` answers the open question. */
bool dhi_challenge_awaits(const struct dhi_challenge *challenge,
                          const struct dhi_wire_request *request,
                          const unsigned char instance[DHI_INSTANCE_BYTES]);

/* Whether it answers well; closes the question. Constant time. */
bool dhi_challenge_settle(struct dhi_challenge *challenge, const struct dhi_wire_request *request,
                          const unsigned char key[DHI_KEY_BYTES]);

#endif
