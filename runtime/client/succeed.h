/* SPDX-License-Identifier: Apache-2.0
 *
 * succeed.h - how a producer takes over the channel of another one (docs/explain/handover.md).
 *
 *      dhi_heritage_find      what is there to take over, and may we?
 *      (make the new block)
 *      dhi_heritage_end       the old block ends here: its producer closes it for us, or is dead
 *      (begin the new one there, offer it)
 *      dhi_heritage_confirm   a living predecessor steps back for good
 *      dhi_heritage_free      without the confirmation it goes on as if nothing had been
 *
 * A producer that lives and does not answer is ended by force, where that is asked for (force.h).
 */
#ifndef DHI_CLIENT_SUCCEED_H
#define DHI_CLIENT_SUCCEED_H

#include "block/segment.h"

struct dhi_heritage {
    struct dhi_block *old; /* NULL: nothing to take over, the channel begins anew */
    int talk;              /* the connection to a living predecessor; -1: it is dead */
    int door;              /* its listener, once it has ended its block; -1: the name is free */
    bool mute;             /* it lives, and did not answer */
    bool forced;           /* its process was ended */
};
#define DHI_NO_HERITAGE ((struct dhi_heritage){ NULL, -1, -1, false, false })

/* Look for what `options` allow to be taken over of user `uid`. Returns ESECRET, EREFUSED,
 * ECONFLICT, ENOMEM, ESYS; what dhi_force_find does. */
dh_err dhi_heritage_find(struct dhi_heritage *heritage, uint32_t uid, const char *channel,
                         const struct dh_producer_options *options, struct dh_why *why);

/* Whether a producer of `schema` may go on with it. Returns ESCHEMA (it is of another family or
 * policy, or its readers could not read on), ENOMEM. */
dh_err dhi_heritage_fits(const struct dhi_heritage *heritage, const struct dh_schema *schema,
                         bool strict, struct dh_why *why);

/* As many places as the predecessor has: its readers keep the number of theirs. */
uint32_t dhi_heritage_n_consumers(const struct dhi_heritage *heritage, uint32_t wanted);

/* Whether there is nothing to end: it was closed, or its producer is dead. */
bool dhi_heritage_has_ended(const struct dhi_heritage *heritage);

/* `heir`: somebody comes after it. Returns ECONFLICT (it does not answer, or cannot end now), what
 * dhi_force_end does, ESYS. */
dh_err dhi_heritage_end(struct dhi_heritage *heritage, const struct dh_producer_options *options,
                        bool heir, struct dh_why *why);

/* Returns ECONFLICT (it took too long, and the predecessor went on), what dhi_force_end does. */
dh_err dhi_heritage_confirm(struct dhi_heritage *heritage,
                            const struct dh_producer_options *options, bool heir,
                            struct dh_why *why);

void dhi_heritage_free(struct dhi_heritage *heritage);

#endif
