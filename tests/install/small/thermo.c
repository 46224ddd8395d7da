/* SPDX-License-Identifier: Apache-2.0 */
/* Sends one reading to itself: built by make and by Meson, against what was installed. */
#include "thermo.dh.h"

#include <stdio.h>

int main(void)
{
    thermo_producer producer;
    thermo_consumer consumer;
    const struct thermo_reading *got;
    struct thermo_reading *slot;

    if (thermo_producer_open(&producer, NULL, NULL, NULL) != DH_OK) return 1;
    if (thermo_consumer_open(&consumer, NULL, NULL, NULL) != DH_OK) return 1;
    if (thermo_loan(&producer, DH_NOW, &slot) != DH_OK) return 1;
    slot->celsius = 21.5F;
    thermo_commit(&producer);
    if (thermo_acquire(&consumer, DH_NOW, &got) != DH_OK) return 1;
    printf("%.1f\n", (double)got->celsius);
    thermo_consumer_close(&consumer);
    thermo_producer_close(&producer);
}
