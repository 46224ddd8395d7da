/* SPDX-License-Identifier: Apache-2.0
 *
 * The secret is proven by who has it, for one question, one channel and one role.
 */
#include "wire/proof.h"

#include <check.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char secret[32] = { 5, 6, 7 }, instance[16] = { 1 }, other[16] = { 2 };

static struct dhi_wire_request question(const char *channel, enum dhi_wire_role role)
{
    struct dhi_wire_request request;

    dhi_request_start(&request, DHI_WIRE_KIND_DISCOVER, 1);
    strcpy(request.channel, channel);
    request.role = (uint8_t)role;
    return request;
}

START_TEST(the_attach_key_is_keyed_blake2b_of_purpose_and_instance)
{
    unsigned char text[11 + 16] = "dh attach 1", expected[32], key[32];

    memcpy(text + 11, instance, 16);
    crypto_generichash(expected, 32, text, sizeof text, secret, 32);
    dhi_attach_key(key, secret, instance);
    ck_assert_mem_eq(key, expected, 32);
    dhi_attach_key(key, secret, other);
    ck_assert_mem_ne(key, expected, 32);
}
END_TEST

START_TEST(the_right_key_settles_the_question_once)
{
    struct dhi_wire_request request = question("imu", DHI_WIRE_ROLE_CONSUMER);
    struct dhi_challenge challenge = { 0 };
    unsigned char key[32];

    dhi_attach_key(key, secret, instance);
    ck_assert(!dhi_challenge_awaits(&challenge, &request, instance));
    dhi_challenge_open(&challenge, &request, instance);
    ck_assert(dhi_challenge_awaits(&challenge, &request, instance));
    dhi_proof_make(request.proof, key, challenge.nonce, &request);
    ck_assert(dhi_challenge_settle(&challenge, &request, key));
    ck_assert(!dhi_challenge_awaits(&challenge, &request, instance));
}
END_TEST

START_TEST(a_question_is_about_one_channel_one_role_one_instance)
{
    struct dhi_wire_request asked = question("imu", DHI_WIRE_ROLE_OBSERVER);
    struct dhi_wire_request wider = question("imu", DHI_WIRE_ROLE_ADMIN);
    struct dhi_wire_request elsewhere = question("imu2", DHI_WIRE_ROLE_OBSERVER);
    struct dhi_challenge challenge;

    dhi_challenge_open(&challenge, &asked, instance);
    ck_assert(!dhi_challenge_awaits(&challenge, &wider, instance));
    ck_assert(!dhi_challenge_awaits(&challenge, &elsewhere, instance));
    ck_assert(!dhi_challenge_awaits(&challenge, &asked, other));
}
END_TEST

START_TEST(every_bit_of_the_proof_counts)
{
    struct dhi_wire_request request = question("imu", DHI_WIRE_ROLE_CONSUMER);
    unsigned char key[32], good[32];
    struct dhi_challenge challenge;

    dhi_attach_key(key, secret, instance);
    for (int bit = 0; bit < 256; bit++) {
        dhi_challenge_open(&challenge, &request, instance);
        dhi_proof_make(good, key, challenge.nonce, &request);
        memcpy(request.proof, good, sizeof good);
        request.proof[bit / 8] ^= (unsigned char)(1 << bit % 8);
        ck_assert(!dhi_challenge_settle(&challenge, &request, key));
        ck_assert(!challenge.open);
    }
}
END_TEST

START_TEST(no_nonce_comes_twice)
{
    struct dhi_wire_request request = question("imu", DHI_WIRE_ROLE_CONSUMER);
    unsigned char nonces[64][32];
    struct dhi_challenge challenge;

    for (int i = 0; i < 64; i++) {
        dhi_challenge_open(&challenge, &request, instance);
        memcpy(nonces[i], challenge.nonce, 32);
        for (int k = 0; k < i; k++)
            ck_assert_mem_ne(nonces[i], nonces[k], 32);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wire/proof");
    TCase *all = tcase_create("proof");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(all, 60); /* of a busy machine */
    if (sodium_init() < 0) return 1;
    tcase_add_test(all, the_attach_key_is_keyed_blake2b_of_purpose_and_instance);
    tcase_add_test(all, the_right_key_settles_the_question_once);
    tcase_add_test(all, a_question_is_about_one_channel_one_role_one_instance);
    tcase_add_test(all, every_bit_of_the_proof_counts);
    tcase_add_test(all, no_nonce_comes_twice);
    suite_add_tcase(suite, all);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
