/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/proof.h"

#include <dh/producer.h>

#include <assert.h>
#include <sodium.h>
#include <string.h>

static_assert(DHI_KEY_BYTES == crypto_generichash_BYTES, "BLAKE2b-256");
static_assert((int)DH_SECRET_BYTES == (int)crypto_generichash_KEYBYTES, "a secret is a key");

void dhi_attach_key(unsigned char key[DHI_KEY_BYTES], const void *secret,
                    const unsigned char instance[DHI_INSTANCE_BYTES])
{
    static const unsigned char purpose[] = "dh attach 1";
    crypto_generichash_state state;

    crypto_generichash_init(&state, secret, DH_SECRET_BYTES, DHI_KEY_BYTES);
    crypto_generichash_update(&state, purpose, sizeof purpose - 1);
    crypto_generichash_update(&state, instance, DHI_INSTANCE_BYTES);
    crypto_generichash_final(&state, key, DHI_KEY_BYTES);
    sodium_memzero(&state, sizeof state);
}

void dhi_proof_make(unsigned char proof[DHI_KEY_BYTES], const unsigned char key[DHI_KEY_BYTES],
                    const unsigned char nonce[DHI_NONCE_BYTES],
                    const struct dhi_wire_request *request)
{
    unsigned char channel[DHI_WIRE_CHANNEL_BYTES] = { 0 };
    crypto_generichash_state state;

    memcpy(channel, request->channel, strnlen(request->channel, sizeof channel - 1));
    crypto_generichash_init(&state, key, DHI_KEY_BYTES, DHI_KEY_BYTES);
    crypto_generichash_update(&state, nonce, DHI_NONCE_BYTES);
    crypto_generichash_update(&state, channel, sizeof channel);
    crypto_generichash_update(&state, &request->role, 1);
    crypto_generichash_final(&state, proof, DHI_KEY_BYTES);
    sodium_memzero(&state, sizeof state);
}

void dhi_challenge_open(struct dhi_challenge *challenge, const struct dhi_wire_request *request,
                        const unsigned char instance[DHI_INSTANCE_BYTES])
{
    randombytes_buf(challenge->nonce, sizeof challenge->nonce);
    memcpy(challenge->instance, instance, sizeof challenge->instance);
    memcpy(challenge->channel, request->channel, sizeof challenge->channel);
    challenge->role = request->role;
    challenge->open = true;
}

bool dhi_challenge_awaits(const struct dhi_challenge *challenge,
                          const struct dhi_wire_request *request,
                          const unsigned char instance[DHI_INSTANCE_BYTES])
{
    return challenge->open && challenge->role == request->role &&
           strcmp(challenge->channel, request->channel) == 0 &&
           memcmp(challenge->instance, instance, sizeof challenge->instance) == 0;
}

bool dhi_challenge_settle(struct dhi_challenge *challenge, const struct dhi_wire_request *request,
                          const unsigned char key[DHI_KEY_BYTES])
{
    unsigned char proof[DHI_KEY_BYTES];
    bool good;

    dhi_proof_make(proof, key, challenge->nonce, request);
    good = sodium_memcmp(proof, request->proof, sizeof proof) == 0;
    sodium_memzero(proof, sizeof proof);
    sodium_memzero(challenge, sizeof *challenge);
    return good;
}
