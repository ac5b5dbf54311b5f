// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// Files of torch.save in pieces, to be put together with one thing wrong.

#pragma once

#include "spade-types.h"
#include "torch-file.h"

// The pickles of a legacy file, and its pieces.
#define MAGIC "\x80\2\x8a\n\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
#define PROTOCOL "\x80\2M\xe9\3."
#define SYSTEM "\x80\2}X\x0d\0\0\0little_endian\x88s."
#define HEAD MAGIC PROTOCOL SYSTEM
#define KEYS "\x80\2]X\1\0\0\0" "0a."
#define DATA "\2\0\0\0\0\0\0\0" "\0\0\x80?\0\0\0@" // 1 and 2
#define STORAGE                                                               \
  "(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" "0X\3\0\0\0cpuK\2"
// The tensor of the whole storage; STORAGE is closed in the legacy form by the
// view that it is not.
#define TENSOR_OF(storage)                                                    \
  "ctorch._utils\n_rebuild_tensor_v2\n(" storage "QK\0K\2\x85K\1\x85\x89}tR"
#define TENSOR TENSOR_OF (STORAGE "Nt")
#define OBJECT "\x80\2}U\1a" TENSOR "s."

// Asks for an error that says word. REFUSE: bytes is a string literal.
void torch_refuse_file (const char *path, const char *word);
void torch_refuse_bytes (const void *bytes, gsize size, const char *word);
#define REFUSE(bytes, word) torch_refuse_bytes (bytes, sizeof bytes - 1, word)
