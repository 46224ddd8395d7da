/* SPDX-License-Identifier: Apache-2.0 */
/* dhadmin doctor: looks at one thing after the other, and says what to do. */
#include "doctor.h"

#include <jansson.h>
#include <stdarg.h>

void dhi_doctor_say(struct dhi_doctor *doctor, enum dhi_grade grade, const char *fix,
                    const char *format, ...)
{
    static const char *const words[] = { "ok", "hint", "problem" };
    const struct dhi_look *look = &doctor->request->look;
    const char *style = grade == DHI_GRADE_FINE   ? look->good
                        : grade == DHI_GRADE_HINT ? look->dim
                                                  : look->bad;
    FILE *out = doctor->request->out;
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    doctor->n_problems += grade == DHI_GRADE_PROBLEM;
    doctor->n_hints += grade == DHI_GRADE_HINT;
    if (doctor->rows != NULL) {
        json_array_append_new(doctor->rows,
                              json_pack("{s:s, s:s, s:s, s:s?}", "check", doctor->name, "grade",
                                        words[grade], "text", text, "fix", fix));
        return;
    }
    fprintf(out, "%s%-8s%s %-13s %s\n", style, words[grade], look->plain, doctor->name, text);
    if (fix != NULL) fprintf(out, "%23s%s$ %s%s\n", "", look->bold, fix, look->plain);
}

static void look_at(struct dhi_doctor *doctor, const struct dhi_check *checks)
{
    for (; checks->name != NULL; checks++) {
        doctor->name = checks->name;
        checks->look(doctor);
    }
}

enum dhi_exit dhi_run_doctor(const struct dhi_request *request)
{
    struct dhi_doctor doctor = { .request = request };
    json_t *json;

    if (request->json) doctor.rows = json_array();
    look_at(&doctor, dhi_checks_process);
    look_at(&doctor, dhi_checks_kernel);
    look_at(&doctor, dhi_checks_places);
    look_at(&doctor, dhi_checks_broker);
    if (doctor.rows != NULL) {
        json = json_pack("{s:i, s:i, s:i, s:o}", "v", 1, "problems", (int)doctor.n_problems,
                         "hints", (int)doctor.n_hints, "checks", (json_t *)doctor.rows);
        json_dumpf(json, request->out, JSON_COMPACT);
        fputc('\n', request->out);
        json_decref(json);
    } else
        fprintf(request->out, "%zu problem%s, %zu hint%s\n", doctor.n_problems,
                doctor.n_problems == 1 ? "" : "s", doctor.n_hints, doctor.n_hints == 1 ? "" : "s");
    return doctor.n_problems > 0 ? DHI_EXIT_PROBLEMS : DHI_EXIT_FINE;
}
