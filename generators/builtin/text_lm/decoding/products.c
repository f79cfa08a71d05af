/* Products of rows with the weights of a linear layer in float32, for processors that have no faster type.
 *
 * Compiled by products.py for the machine that it runs on. Weights lie in panels of PANEL outputs, input after input. Those
 * that bfloat16 can hold, as most networks are published, lie in 16 bits and are widened on their way: nothing is lost.
 * Each output is one sum in the order of the inputs, so that its bits do not depend on how many rows there are, nor
 * on the number of threads.
 */
#include <stdint.h>
#include <string.h>

/* TILE rows and a panel are summed in registers at once. So many bytes of a panel's weights fit a core's nearest cache. */
#ifdef __AVX512F__
#define LANES 16
#define TILE 12
#else
#define LANES 8
#define TILE 6
#endif
#define PANEL (2 * LANES)
#define NEAR 16384
#define WORTH 500000 /* multiplications for which it pays to wake other threads */

typedef float floats __attribute__((vector_size(4 * LANES)));
typedef uint32_t words __attribute__((vector_size(4 * LANES)));

#define INLINE static inline __attribute__((always_inline))
#define APART static __attribute__((noinline))

typedef struct {
    floats low, high;
} Pair;

INLINE floats loaded(const float *from) {
    floats numbers;
    memcpy(&numbers, from, sizeof numbers);
    return numbers;
}

/* The weights of a panel for one input. In 16 bits one of the first LANES and one of the last share a word. */
INLINE Pair of(const void *weights, long at, const int halves) {
    if (halves) {
        words both;
        memcpy(&both, (const uint16_t *)weights + at * PANEL, sizeof both);
        return (Pair){(floats)(both << 16), (floats)(both & 0xffff0000)};
    }
    const float *from = (const float *)weights + at * PANEL;
    return (Pair){loaded(from), loaded(from + LANES)};
}

/* out += x * weights for a panel and some rows. */
INLINE void add(const float *x, long stride, const void *weights, long depth, float *out, long width, const int rows,
                const int halves) {
    floats low[TILE], high[TILE];
    for (int row = 0; row < rows; row++) {
        low[row] = loaded(out + row * width);
        high[row] = loaded(out + row * width + LANES);
    }
    for (long at = 0; at < depth; at++) {
        Pair weight = of(weights, at, halves);
        for (int row = 0; row < rows; row++) {
            float factor = x[row * stride + at];
            low[row] += factor * weight.low;
            high[row] += factor * weight.high;
        }
    }
    for (int row = 0; row < rows; row++) {
        memcpy(out + row * width, &low[row], sizeof low[row]);
        memcpy(out + row * width + LANES, &high[row], sizeof high[row]);
    }
}

INLINE void add_rows(const float *x, long stride, const void *weights, long depth, float *out, long width, int rows,
                     const int halves) {
#define CASE(N) case N: add(x, stride, weights, depth, out, width, N, halves); break;
    switch (rows) {
        CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6)
#if TILE > 6
        CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)
#endif
    }
#undef CASE
}

typedef void Adding(const float *x, long stride, const void *weights, long depth, float *out, long width, int rows);

APART void add_halves(const float *x, long stride, const void *weights, long depth, float *out, long width, int rows) {
    add_rows(x, stride, weights, depth, out, width, rows, 1);
}

APART void add_floats(const float *x, long stride, const void *weights, long depth, float *out, long width, int rows) {
    add_rows(x, stride, weights, depth, out, width, rows, 0);
}

/* The last outputs, where they fill no panel: `out` ends with them. */
APART void add_last(Adding *adding, const float *x, const void *weights, long depth, float *out, long width, long rows,
                    long columns) {
    for (long row = 0; row < rows; row++) {
        float found[PANEL] = {0};
        memcpy(found, out + row * width, 4 * columns);
        adding(x + row * depth, depth, weights, depth, found, PANEL, 1);
        memcpy(out + row * width, found, 4 * columns);
    }
}

/* out = x * weights + bias, (rows, width), for x of the shape (rows, depth); bias may be null.
 * weights: packed, in 16 bits or as floats. */
void product(const float *x, const void *weights, const float *bias, float *out, long rows, long depth, long width,
             int halves, int threads) {
    const long panels = (width + PANEL - 1) / PANEL, tiles = (rows + TILE - 1) / TILE;
    const long size = halves ? 2 : 4, parts = (depth * PANEL * size + NEAR - 1) / NEAR;
    Adding *const adding = halves ? add_halves : add_floats;
    const int several = threads > 1 && rows * depth * width > WORTH;
    (void)several;
#ifdef _OPENMP
#pragma omp parallel for schedule(static) num_threads(threads) if (several)
#endif
    for (long panel = 0; panel < panels; panel++) {
        const char *mine = (const char *)weights + panel * depth * PANEL * size;
        const long columns = width - panel * PANEL < PANEL ? width - panel * PANEL : PANEL;
        float *to = out + panel * PANEL;
        for (long row = 0; row < rows; row++) {
            if (bias) memcpy(to + row * width, bias + panel * PANEL, 4 * columns);
            else memset(to + row * width, 0, 4 * columns);
        }
        if (columns < PANEL) {
            add_last(adding, x, mine, depth, to, width, rows, columns);
            continue;
        }
        for (long part = 0; part < parts; part++) {
            const long begin = part * depth / parts, count = (part + 1) * depth / parts - begin;
            const char *some = mine + begin * PANEL * size;
            for (long tile = 0; tile < tiles; tile++) {
                const long first = tile * rows / tiles, end = (tile + 1) * rows / tiles;
                adding(x + first * depth + begin, depth, some, count, to + first * width, width, end - first);
            }
        }
    }
}

/* How many weights a packed layer of so many outputs has for each input. */
long packed_width(long width) { return (width + PANEL - 1) / PANEL * PANEL; }

/* Put the weights of a layer, (width, depth), into panels; what fills up the last one is 0. */
#define PACK(NAME, TYPE, PLACE)                                                                              \
    void NAME(const TYPE *from, TYPE *to, long depth, long width) {                                          \
        for (long panel = 0; panel < width; panel += PANEL, to += depth * PANEL)                             \
            for (long begin = 0; begin < depth; begin += 64) /* what is written stays in the cache */        \
                for (int column = 0; column < PANEL; column++)                                               \
                    for (long at = begin; at < depth && at < begin + 64; at++)                               \
                        to[at * PANEL + (PLACE)] = panel + column < width ? from[(panel + column) * depth + at] : 0; \
    }
PACK(pack_floats, float, column)
PACK(pack_halves, uint16_t, column % LANES * 2 + column / LANES) /* low halves come first in memory */

/* Whether bfloat16 holds all of the numbers; if so, `to` has them in it. */
int narrowed(const uint32_t *from, uint16_t *to, long count) {
    uint32_t lost = 0;
    for (long at = 0; at < count; at++) {
        lost |= from[at] & 0xffff;
        to[at] = from[at] >> 16;
    }
    return lost == 0;
}
