/* SPDX-License-Identifier: MIT */
/* The folder that the processes of one user share: nobody else may put anything into it, or could
 * have put it there. */
#ifndef DAVIT_ENGINE_EMBEDDED_FOLDER_H
#define DAVIT_ENGINE_EMBEDDED_FOLDER_H

#include "errors.h"

/* Make sure of /run/davit/NAME (root), $XDG_RUNTIME_DIR/davit/NAME, or else /tmp/davit-UID/NAME.
 * DAVIT_ERROR_UNAUTHORIZED if somebody else owns it or may write there. */
int davit__private_folder(const char *name, char **ret_path, davit_error *error);

/* Make sure of a folder that is given, mode 0700. Its parent is the caller's business. */
int davit__private_folder_at(const char *path, davit_error *error);

#endif
