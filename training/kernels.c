// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the gimp-spade authors

// What training on a CPU spent most of its time on (kernels.py builds it and calls it). Between two
// convolutions a SPADE layer doubles, normalizes, adds noise, looks up gamma and beta, modulates and takes a
// leaky ReLU. As single operations each of these reads and writes the plane; here one pass does. Gradients
// compute again what they need from the input. The same for the statistics of squares that losses.py compares,
// the sums of a table's gradients, and a filter of maps.
//
// Planes are bf16, N x H x W x C (channels last).

#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { APART = 32 }; // floats between what two threads write: no cache line is of both

typedef uint16_t Bf16;

// n = n_pictures height width pixels of an output. table: rows x 2C bf16, gamma then beta; numbers: n rows of it.
typedef struct {
    int64_t n_pictures, height, width, channels; // of the output
    int64_t doubling;                            // 1, or 2: of the input's sides
    int64_t n_rows;                              // of the table
    float slope;                                 // of the leaky ReLU; 1: none
    float limit;                                 // activity is what goes beyond
} Shape;

typedef struct {
    const Bf16 *x, *table;
    const float *scale, *shift, *strength; // C each: x scale + shift is normalized; strength of the noise
    const float *plane;                    // n numbers of noise
    const int64_t *numbers;
} Input;

static inline float widened(Bf16 half)
{
    uint32_t bits = (uint32_t)half << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline Bf16 rounded(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (Bf16)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

// One input pixel, and the doubling x doubling output pixels that are made of it.
typedef struct {
    int64_t source, first; // numbers of the input pixel and of its first output pixel
    int64_t row, column;   // of the latter
} Place;

static Place place_of(const Shape *s, int64_t line, int64_t column)
{
    int64_t inner_height = s->height / s->doubling, inner_width = s->width / s->doubling;
    int64_t picture = line / inner_height, row = line % inner_height * s->doubling;
    return (Place){line * inner_width + column,
                   (picture * s->height + row) * s->width + column * s->doubling, row, column * s->doubling};
}

// Activity is measured at every second pixel of every second row.
static int is_measured(const Place *place, int64_t down, int64_t across)
{
    return (place->row + down) % 2 == 0 && (place->column + across) % 2 == 0;
}

// One pixel. Gives how far it goes beyond the limit, in squares.
static float modulate_pixel(int64_t c, const Input *in, float slope, float limit, float noise, const Bf16 *restrict x,
                            const Bf16 *restrict row, Bf16 *restrict out)
{
    const float *restrict scale = in->scale, *restrict shift = in->shift, *restrict strength = in->strength;
    float beyond = 0;
    for (int64_t i = 0; i < c; i++) {
        float normal = widened(x[i]) * scale[i] + shift[i] + noise * strength[i];
        float y = normal * (1 + widened(row[i])) + widened(row[c + i]);
        float over = fabsf(y) - limit;
        over = over > 0 ? over : 0;
        beyond += over * over;
        out[i] = rounded(y > 0 ? y : y * slope);
    }
    return beyond;
}

// The gradients of one pixel: d_out that of its result, push that of its activity. Adds to those of its row of the
// table, of the strength, and of x before its scale.
static void modulate_pixel_backward(int64_t c, const Input *in, float slope, float limit, float noise, float push,
                                    const Bf16 *restrict x, const Bf16 *restrict row, const Bf16 *restrict d_out,
                                    float *restrict d_row, float *restrict d_strength, float *restrict d_x)
{
    const float *restrict scale = in->scale, *restrict shift = in->shift, *restrict strength = in->strength;
    float *restrict d_beta = d_row + c;
    for (int64_t i = 0; i < c; i++) {
        float normal = widened(x[i]) * scale[i] + shift[i] + noise * strength[i];
        float factor = 1 + widened(row[i]), y = normal * factor + widened(row[c + i]);
        float over = fabsf(y) - limit;
        over = over > 0 ? over : 0;
        float d_y = widened(d_out[i]) * (y > 0 ? 1 : slope) + push * (y > 0 ? over : -over);
        d_row[i] += d_y * normal;
        d_beta[i] += d_y;
        d_x[i] += d_y * factor;
        d_strength[i] += d_y * factor * noise;
    }
}

// Gives the sum of the squares of what goes beyond the limit, at the pixels where that is measured.
double spade_modulate(const Shape *s, const Input *in, Bf16 *out)
{
    int64_t c = s->channels, lines = s->n_pictures * s->height / s->doubling;
    double beyond = 0;
#pragma omp parallel for reduction(+ : beyond)
    for (int64_t line = 0; line < lines; line++) {
        float sum = 0;
        for (int64_t column = 0; column < s->width / s->doubling; column++) {
            Place place = place_of(s, line, column);
            for (int64_t down = 0; down < s->doubling; down++)
                for (int64_t across = 0; across < s->doubling; across++) {
                    int64_t pixel = place.first + down * s->width + across;
                    float excess = modulate_pixel(c, in, s->slope, s->limit, in->plane[pixel],
                                                  in->x + place.source * c, in->table + in->numbers[pixel] * 2 * c,
                                                  out + pixel * c);
                    sum += is_measured(&place, down, across) ? excess : 0;
                }
        }
        beyond += sum;
    }
    return beyond;
}

// n zeros from the begin of a cache line on, or NULL. A vector that lies in two lines cannot be read soon after it
// was written.
static float *zeros(int64_t n)
{
    size_t size = (n * sizeof(float) + 63) / 64 * 64;
    float *all = aligned_alloc(64, size);
    return all ? memset(all, 0, size) : NULL;
}

// The sum of parts of n numbers, which begin `apart` numbers after each other.
static void add_all(float *restrict sum, const float *parts, int64_t n, int64_t apart, int n_parts)
{
#pragma omp parallel for
    for (int64_t i = 0; i < n; i++) {
        float total = 0;
        for (int t = 0; t < n_parts; t++)
            total += parts[t * apart + i];
        sum[i] = total;
    }
}

// The gradients of spade_modulate(): d_out that of its output, d_beyond that of its sum. Writes those of
// the input (as large as it), of the table and of the strength; 0, or 1 when there is no memory.
int spade_modulate_backward(const Shape *s, const Input *in, const Bf16 *d_out, float d_beyond, Bf16 *d_x,
                            float *d_table, float *d_strength)
{
    int64_t c = s->channels, lines = s->n_pictures * s->height / s->doubling, n_table = s->n_rows * 2 * c;
    int64_t each = c + APART;
    int n_threads = omp_get_max_threads();
    float *tables = zeros(n_threads * (n_table + 2 * each));
    if (!tables)
        return 1;
    float *strengths = tables + n_threads * n_table, *sums = strengths + n_threads * each;
#pragma omp parallel
    {
        int t = omp_get_thread_num();
        float *table = tables + t * n_table, *strength = strengths + t * each, *sum = sums + t * each;
#pragma omp for
        for (int64_t line = 0; line < lines; line++)
            for (int64_t column = 0; column < s->width / s->doubling; column++) {
                Place place = place_of(s, line, column);
                for (int64_t i = 0; i < c; i++)
                    sum[i] = 0;
                for (int64_t down = 0; down < s->doubling; down++)
                    for (int64_t across = 0; across < s->doubling; across++) {
                        int64_t pixel = place.first + down * s->width + across, number = in->numbers[pixel];
                        float push = is_measured(&place, down, across) ? 2 * d_beyond : 0;
                        modulate_pixel_backward(c, in, s->slope, s->limit, in->plane[pixel], push,
                                                in->x + place.source * c, in->table + number * 2 * c,
                                                d_out + pixel * c, table + number * 2 * c, strength, sum);
                    }
                Bf16 *o = d_x + place.source * c;
                for (int64_t i = 0; i < c; i++)
                    o[i] = rounded(sum[i] * in->scale[i]);
            }
    }
    add_all(d_table, tables, n_table, n_table, n_threads);
    add_all(d_strength, strengths, c, each, n_threads);
    free(tables);
    return 0;
}

// Sums rows of gradients, n x width bf16, into the rows that they were taken from: n_rows x width. 0, or 1
// when there is no memory.
int spade_sum_rows(const Bf16 *grad, const int64_t *numbers, int64_t n, int64_t width, float *restrict sum,
                   int64_t n_rows)
{
    int n_threads = omp_get_max_threads();
    float *parts = zeros(n_threads * n_rows * width);
    if (!parts)
        return 1;
#pragma omp parallel
    {
        float *part = parts + omp_get_thread_num() * n_rows * width;
#pragma omp for
        for (int64_t k = 0; k < n; k++) {
            float *restrict row = part + numbers[k] * width;
            for (int64_t i = 0; i < width; i++)
                row[i] += widened(grad[k * width + i]);
        }
    }
    add_all(sum, parts, n_rows * width, n_rows * width, n_threads);
    free(parts);
    return 0;
}

enum { N_LABELS = 20 };

// The most frequent label, 0 ... 19, of the square of 2 radius + 1 pixels around each pixel, as far as it lies in the
// map; of several the lowest. Counts of columns go down row by row, and their sum along it. 0, or 1 without memory.
int spade_mode_filter(const uint8_t *labels, int64_t height, int64_t width, int64_t radius, uint8_t *out)
{
    uint16_t(*columns)[N_LABELS] = calloc(width, sizeof *columns);
    if (!columns)
        return 1;
    for (int64_t y = -radius; y < height; y++) {
        int64_t enters = y + radius, leaves = y - radius - 1;
        for (int64_t x = 0; x < width; x++) {
            if (enters < height)
                columns[x][labels[enters * width + x]]++;
            if (leaves >= 0)
                columns[x][labels[leaves * width + x]]--;
        }
        if (y < 0)
            continue;
        int32_t counts[N_LABELS] = {0};
        for (int64_t x = -radius; x < width; x++) {
            for (int i = 0; i < N_LABELS; i++)
                counts[i] += (x + radius < width ? columns[x + radius][i] : 0) -
                             (x - radius - 1 >= 0 ? columns[x - radius - 1][i] : 0);
            if (x < 0)
                continue;
            int best = 0;
            for (int i = 1; i < N_LABELS; i++)
                best = counts[i] > counts[best] ? i : best;
            out[y * width + x] = (uint8_t)best;
        }
    }
    free(columns);
    return 0;
}

typedef struct {
    int64_t n_pictures, height, width, channels;
    int64_t side;  // of a square, in pixels
    int64_t shift; // of the channels that are multiplied with each other
    float factor;  // of all features
} Squares;

static const Bf16 *pixel_of(const Squares *s, const Bf16 *features, int64_t line, int64_t square, int64_t k)
{
    int64_t row = line * s->side + k / s->side, column = square * s->side + k % s->side;
    return features + (row * s->width + column) * s->channels;
}

// Into centred, 3C of it: the pixel less the mean, three times, so that shifted ones are at hand.
static void centre(const Squares *s, const Bf16 *restrict x, const float *restrict mean, float *restrict centred)
{
    int64_t c = s->channels;
    for (int64_t i = 0; i < c; i++)
        centred[i] = centred[c + i] = centred[2 * c + i] = widened(x[i]) * s->factor - mean[i];
}

static void mean_of_square(const Squares *s, const Bf16 *features, int64_t line, int64_t square, float *restrict mean)
{
    int64_t c = s->channels, n = s->side * s->side;
    for (int64_t i = 0; i < c; i++)
        mean[i] = 0;
    for (int64_t k = 0; k < n; k++) {
        const Bf16 *restrict x = pixel_of(s, features, line, square, k);
        for (int64_t i = 0; i < c; i++)
            mean[i] += widened(x[i]) * s->factor / (float)n;
    }
}

// Features N x H x W x C bf16, to 3C numbers of each square: the mean, the spread, and the mean of each centred
// channel times the one `shift` before it.
void spade_square_statistics(const Squares *s, const Bf16 *features, float *out)
{
    int64_t c = s->channels, n = s->side * s->side, across = s->width / s->side;
#pragma omp parallel for
    for (int64_t line = 0; line < s->n_pictures * s->height / s->side; line++)
        for (int64_t square = 0; square < across; square++) {
            float *restrict mean = out + (line * across + square) * 3 * c;
            float *restrict spread = mean + c, *restrict product = spread + c;
            float centred[3 * c];
            mean_of_square(s, features, line, square, mean);
            for (int64_t i = 0; i < c; i++)
                spread[i] = product[i] = 0;
            for (int64_t k = 0; k < n; k++) {
                centre(s, pixel_of(s, features, line, square, k), mean, centred);
                for (int64_t i = 0; i < c; i++) {
                    spread[i] += centred[i] * centred[i] / (float)n;
                    product[i] += centred[i] * centred[c + i - s->shift] / (float)n;
                }
            }
            for (int64_t i = 0; i < c; i++)
                spread[i] = sqrtf(spread[i] + 1e-6f);
        }
}

// The gradient of the features; out: what spade_square_statistics() gave; d_out: the gradient of that.
void spade_square_statistics_backward(const Squares *s, const Bf16 *features, const float *out, const float *d_out,
                                      Bf16 *d_features)
{
    int64_t c = s->channels, n = s->side * s->side, across = s->width / s->side;
#pragma omp parallel for
    for (int64_t line = 0; line < s->n_pictures * s->height / s->side; line++)
        for (int64_t square = 0; square < across; square++) {
            const float *restrict mean = out + (line * across + square) * 3 * c, *restrict spread = mean + c;
            const float *restrict d_mean = d_out + (line * across + square) * 3 * c, *restrict d_spread = d_mean + c;
            float centred[3 * c], d_product[2 * c], per_spread[c];
            for (int64_t i = 0; i < c; i++) {
                d_product[i] = d_product[c + i] = d_spread[c + i];
                per_spread[i] = d_spread[i] / spread[i];
            }
            for (int64_t k = 0; k < n; k++) {
                const Bf16 *x = pixel_of(s, features, line, square, k);
                Bf16 *restrict d_x = d_features + (x - features);
                centre(s, x, mean, centred);
                for (int64_t i = 0; i < c; i++)
                    d_x[i] = rounded((d_mean[i] + per_spread[i] * centred[i] +
                                      d_product[i] * centred[c + i - s->shift] +
                                      d_product[i + s->shift] * centred[c + i + s->shift]) *
                                     s->factor / (float)n);
            }
        }
}
