/* SPDX-License-Identifier: Apache-2.0 */
/* A ROS message on its way to a struct. */
#ifndef DHGEN_IMPORT_STRUCT_H
#define DHGEN_IMPORT_STRUCT_H

#include "import_msg.h"

/* Another message that this one contains: one that is imported, or one that we ship. */
struct ros_reference {
    const char *type; /* as the source writes it */
    const char *package, *name;
    struct ros_message *message; /* or NULL: */
    const char *shipped;         /* "ros/std_msgs.dhs" */
    struct ros_reference *next;
};

enum ros_state { ROS_NEW, ROS_OPEN, ROS_DONE };

struct ros_message {
    const char *package;
    const char *name; /* VehicleStatus */
    const char *file; /* vehicle_status */
    const char *path, *folder;
    struct dhs_source *source;
    struct msg_line *lines;
    struct ros_reference *references;
    enum ros_state state; /* of the search for recursion */
    struct ros_message *next;
};

/* The files that it imports, each once. */
void ros_imports(struct import *import, const struct ros_message *message,
                 struct import_file *file);

/* Its struct and its channels. */
void ros_struct(struct import *import, const struct ros_message *message, struct import_item *top);

#endif
