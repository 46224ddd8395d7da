/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names that the project's first administration tool had go on working:
 *
 *   datablock-admin diagnose --shm-name X          dhadmin diagnose X
 *   force-reset --shm-name X [--slot-index N]      reset X [--slot N]
 *   auto-recover --shm-name X [--dry-run]          recover X [--dry-run]
 *   cleanup-heartbeats --shm-name X --timeout 5s   cleanup X (time decides nothing: death does)
 */
#ifndef DHI_ADMIN_ALIAS_H
#define DHI_ADMIN_ALIAS_H

enum { DHI_WORDS_MAX = 64 };

/* The same line in today's words, as `argv`; 0: there is nothing old in it. */
int dhi_alias(int argc, const char *const *argv, const char *words[DHI_WORDS_MAX]);

#endif
