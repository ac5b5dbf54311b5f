// SPDX-License-Identifier: LGPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors
//
// What fuzz targets share. Each defines LLVMFuzzerTestOneInput() and runs
// under libFuzzer (clang -fsanitize=fuzzer,address) or, with run-files.c as
// its main, over files named on the command line and spoilt forms of them.

#pragma once

#include <stddef.h>
#include <stdint.h>

// Longer inputs than the largest of our fixtures add nothing.
#define FUZZ_MAX_SIZE (256 * 1024)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

// Gives the path of a file in memory that holds the bytes, for readers that
// take paths. The next call changes it.
const char *fuzz_path (const uint8_t *data, size_t size);
