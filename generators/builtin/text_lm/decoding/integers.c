/* Products of rows with the weights of a linear layer in integers of 16 bits, for processors that have no bfloat16.
 *
 * Compiled by integers.py for the machine that it runs on, an x86 processor with AVX2: it multiplies sixteen pairs of
 * them where it multiplies eight floats. Each row and each output's weights have a scale of their own, such that no number
 * leaves 16 bits and none of them is longer than LONGEST. So no sum leaves 32 bits, by the inequality of Cauchy and
 * Schwarz, and sums are exact: the bits of an output depend on its row and its weights alone.
 *
 * All depths are multiples of PANEL here; integers.py fills rows up with zeros.
 */
#if !defined __AVX2__ || !defined __FMA__
#error "These products are for x86 processors with AVX2."
#endif
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* TILE rows and a panel of PANEL outputs are summed in registers at once. So many bytes of a panel's weights fit a core's
 * nearest cache; so many rows are done before the next ones. */
#define LANES 8
#define PANEL (2 * LANES)
#define TILE 6
#define NEAR 20000
#define ROWS 192
#define WORTH 500000 /* multiplications for which it pays to wake other threads */
#define GREATEST 32767.0f
#define LONGEST 46000.0f /* the root of 2^31, less what rounding may add */
#define NOTHING 1e-30f   /* a row of numbers that small is a row of zeros */

#define INLINE static inline __attribute__((always_inline))
#define APART static __attribute__((noinline))
#define EACH(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) /* row of a tile */

INLINE __m256i loaded(const void *from) { return _mm256_loadu_si256(from); }

/* Put a row into integers and return what 1 of them stands for: NaN where a number is not finite. */
INLINE float narrowed(const float *x, int16_t *to, long depth) {
    const __m256 sign = _mm256_set1_ps(-0.0f);
    __m256 sizes = _mm256_setzero_ps(), squares = _mm256_setzero_ps();
    float each[LANES], greatest = 0, square = 0;
    for (long at = 0; at < depth; at += LANES)
        sizes = _mm256_max_ps(sizes, _mm256_andnot_ps(sign, _mm256_loadu_ps(x + at)));
    memcpy(each, &sizes, sizeof each);
    for (int lane = 0; lane < LANES; lane++) greatest = fmaxf(greatest, each[lane]);
    const float by = greatest > NOTHING ? 1 / greatest : 1;
    for (long at = 0; at < depth; at += LANES) {
        const __m256 shares = _mm256_mul_ps(_mm256_loadu_ps(x + at), _mm256_set1_ps(by));
        squares = _mm256_fmadd_ps(shares, shares, squares);
    }
    memcpy(each, &squares, sizeof each);
    for (int lane = 0; lane < LANES; lane++) square += each[lane];
    if (!(square < INFINITY)) {
        memset(to, 0, 2 * depth);
        return NAN;
    }
    const float scale = by * fminf(GREATEST, LONGEST / sqrtf(square));
    for (long at = 0; at < depth; at += PANEL) {
        const __m256i low = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + at), _mm256_set1_ps(scale)));
        const __m256i high = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + at + LANES), _mm256_set1_ps(scale)));
        const __m256i both = _mm256_packs_epi32(low, high); /* of each half of the two registers in turns */
        _mm256_storeu_si256((void *)(to + at), _mm256_permute4x64_epi64(both, 0xd8));
    }
    return 1 / scale;
}

/* Some rows and a panel of weights. Pairs of inputs lie side by side, in the panel for each output. */
typedef struct {
    const int16_t *x, *weights;
    long stride, pairs, ahead; /* of rows; of inputs; bytes to weights that are wanted next */
    int32_t *sums;             /* (rows, PANEL), of the inputs before and then of these, too */
    int goes_on;               /* whether there were inputs before */
    float *out;                /* null where inputs are to come */
    long width;
    const float *units, *scales, *bias; /* what 1 of a row and of an output's weights stands for; null: none */
} Tile;

INLINE __m256i added(__m256i sums, __m256i factors, __m256i weights) {
#ifdef __AVXVNNI__
    return _mm256_dpwssd_avx_epi32(sums, factors, weights);
#else
    return _mm256_add_epi32(sums, _mm256_madd_epi16(factors, weights));
#endif
}

INLINE void finish(float *to, __m256i sums, __m256 unit, const float *scales, const float *bias) {
    const __m256 scale = _mm256_mul_ps(unit, _mm256_loadu_ps(scales));
    const __m256 more = bias ? _mm256_loadu_ps(bias) : _mm256_setzero_ps();
    _mm256_storeu_ps(to, _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums), scale, more));
}

INLINE void multiply(const Tile *tile, const int rows) {
    const int16_t *weights = tile->weights;
#define BEGIN(ROW) __m256i low##ROW = _mm256_setzero_si256(), high##ROW = _mm256_setzero_si256();
    EACH(BEGIN)
    if (tile->goes_on) {
#define GO_ON(ROW)                                              \
    if (rows > ROW) low##ROW = loaded(tile->sums + ROW * PANEL); \
    if (rows > ROW) high##ROW = loaded(tile->sums + ROW * PANEL + LANES);
        EACH(GO_ON)
    }
    for (long at = 0; at < tile->pairs; at++, weights += 2 * PANEL) {
        const __m256i low = loaded(weights), high = loaded(weights + PANEL);
        _mm_prefetch((const char *)weights + tile->ahead, _MM_HINT_T0);
#define STEP(ROW)                                                            \
    if (rows > ROW) {                                                        \
        int32_t pair;                                                        \
        memcpy(&pair, tile->x + ROW * tile->stride + 2 * at, sizeof pair);   \
        low##ROW = added(low##ROW, _mm256_set1_epi32(pair), low);            \
        high##ROW = added(high##ROW, _mm256_set1_epi32(pair), high);         \
    }
        EACH(STEP)
    }
#define END(ROW)                                                                                    \
    if (rows > ROW && tile->out) {                                                                  \
        const __m256 unit = _mm256_set1_ps(tile->units[ROW]);                                       \
        float *to = tile->out + ROW * tile->width;                                                  \
        finish(to, low##ROW, unit, tile->scales, tile->bias);                                       \
        finish(to + LANES, high##ROW, unit, tile->scales + LANES,                                   \
               tile->bias ? tile->bias + LANES : 0);                                                \
    } else if (rows > ROW) {                                                                        \
        _mm256_storeu_si256((void *)(tile->sums + ROW * PANEL), low##ROW);                          \
        _mm256_storeu_si256((void *)(tile->sums + ROW * PANEL + LANES), high##ROW);                 \
    }
    EACH(END)
}

APART void multiply_rows(const Tile *tile, int rows) {
#define CASE(N) case N: multiply(tile, N); break;
    switch (rows) { CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) }
}

/* What one panel makes of at most ROWS rows. */
INLINE void multiply_panel(Tile one, long rows) {
    const int16_t *const x = one.x, *const weights = one.weights;
    const float *const units = one.units;
    float *const out = one.out;
    const long pairs = one.pairs, size = 4 * PANEL; /* bytes of weights for a pair */
    const long parts = (pairs * size + NEAR - 1) / NEAR, tiles = (rows + TILE - 1) / TILE;
    int32_t sums[ROWS * PANEL];
    for (long part = 0; part < parts; part++) {
        const long begin = part * pairs / parts;
        one.pairs = (part + 1) * pairs / parts - begin;
        one.weights = weights + begin * 2 * PANEL;
        one.goes_on = part > 0;
        for (long tile = 0; tile < tiles; tile++) {
            const long first = tile * rows / tiles, end = (tile + 1) * rows / tiles;
            one.x = x + first * one.stride + 2 * begin;
            one.sums = sums + first * PANEL;
            one.units = units + first;
            one.out = part == parts - 1 ? out + first * one.width : 0;
            one.ahead = tile == tiles - 1 ? one.pairs * size : 0; /* weights come from memory once for all rows */
            multiply_rows(&one, end - first);
        }
    }
}

/* out = x * weights + bias, (rows, width), for x of the shape (rows, depth).
 * room: for as many integers as x has numbers; units: for a number for each row; weights, scales: packed;
 * bias: a number for each packed output, or null. */
void product(const float *x, int16_t *room, float *units, const int16_t *weights, const float *scales, const float *bias,
             float *out, long rows, long depth, long width, int threads) {
    const long panels = (width + PANEL - 1) / PANEL;
    const int several = threads > 1 && rows * depth * width > WORTH;
    (void)several;
    for (long row = 0; row < rows; row++) units[row] = narrowed(x + row * depth, room + row * depth, depth);
#ifdef _OPENMP
#pragma omp parallel for schedule(static) num_threads(threads) if (several)
#endif
    for (long panel = 0; panel < panels; panel++) {
        const long before = panel * PANEL, columns = width - before < PANEL ? width - before : PANEL;
        float found[ROWS * PANEL]; /* where outputs fill no panel */
        for (long row = 0; row < rows; row += ROWS) {
            const long some = rows - row < ROWS ? rows - row : ROWS;
            multiply_panel((Tile){.x = room + row * depth, .stride = depth, .pairs = depth / 2, .units = units + row,
                                  .weights = weights + before * depth, .scales = scales + before,
                                  .bias = bias ? bias + before : 0,
                                  .out = columns < PANEL ? found : out + row * width + before,
                                  .width = columns < PANEL ? PANEL : width}, some);
            for (long one = 0; columns < PANEL && one < some; one++)
                memcpy(out + (row + one) * width + before, found + one * PANEL, 4 * columns);
        }
    }
}

/* Put the weights of a layer, (width, depth) in bfloat16 or float32, into panels of rows that are filled up to `kept`;
 * what fills up the last panel is 0. Returns whether all are finite. */
int pack(const void *from, int halves, int16_t *to, float *scales, long depth, long kept, long width) {
    float row[kept];
    int16_t numbers[kept];
    memset(row, 0, sizeof row);
    for (long column = 0; column < width; column++) {
        if (halves)
            for (long at = 0; at < depth; at++) {
                const uint32_t wide = (uint32_t)((const uint16_t *)from + column * depth)[at] << 16;
                memcpy(row + at, &wide, sizeof wide);
            }
        else memcpy(row, (const float *)from + column * depth, 4 * depth);
        scales[column] = narrowed(row, numbers, kept);
        if (isnan(scales[column])) return 0;
        int16_t *panel = to + column / PANEL * PANEL * kept + column % PANEL * 2;
        for (long at = 0; at < kept; at += 2) memcpy(panel + at * PANEL, numbers + at, 4);
    }
    return 1;
}
