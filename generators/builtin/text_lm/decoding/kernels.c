/* The short operations of a step of a network of Llama type: what lies between its matrix products, for one thread.
 *
 * Compiled by kernels.py for the machine that it runs on, with
 *   HEADS  of keys and values,
 *   REP    heads of queries for each of them,
 *   WIDTH  of a head, a multiple of 32,
 *   FLOAT32  where numbers in memory are float32; else they are bfloat16.
 * Sums are float32. Each row is computed by itself and in one order, so that its bits do
 * not depend on the rows beside it, nor on how much of its beginning it shares.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef __AVX512F__
#define LANES 16
#else
#define LANES 8
#endif
#define PAIR (2 * LANES)
#define BLOCK 32 /* tokens; see blocks.py */
#define CHUNK (WIDTH % (4 * LANES) ? 32 : 4 * LANES) /* dimensions of values that are summed in registers at once */

typedef float floats __attribute__((vector_size(4 * LANES)));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));
typedef uint32_t words __attribute__((vector_size(4 * LANES)));

#define INLINE static inline __attribute__((always_inline))

INLINE floats loaded(const float *from) {
    floats numbers;
    memcpy(&numbers, from, sizeof numbers);
    return numbers;
}

#ifdef FLOAT32
typedef float number;

/* Two vectors of numbers, one after the other. */
typedef struct {
    floats even, odd;
} Pair;

INLINE Pair widened(const number *from) { return (Pair){loaded(from), loaded(from + LANES)}; }

INLINE void narrow(number *to, Pair numbers) { memcpy(to, &numbers, sizeof numbers); }

INLINE float wide(number one) { return one; }

INLINE number narrowed(float one) { return one; }

/* Where a token's score lies among those of its block. */
INLINE int place_of(int token) { return token; }
#else
typedef uint16_t number;

/* Two vectors of numbers, those at even places and those at odd ones: in a word of memory one follows the other, so
 * that neither has to be moved to another lane. */
typedef struct {
    floats even, odd;
} Pair;

INLINE Pair widened(const number *from) {
    words both;
    memcpy(&both, from, sizeof both);
    return (Pair){(floats)(both << 16), (floats)(both & 0xffff0000)};
}

/* The upper half of a word is rounded to the nearest, ties to even. */
INLINE words rounded(floats numbers) {
    words bits = (words)numbers;
    return bits + 0x7fff + ((bits >> 16) & 1);
}

INLINE void narrow(number *to, Pair numbers) {
    words both = (rounded(numbers.even) >> 16) | (rounded(numbers.odd) & 0xffff0000);
    memcpy(to, &both, sizeof both);
}

INLINE float wide(number one) {
    uint32_t bits = (uint32_t)one << 16;
    float found;
    memcpy(&found, &bits, sizeof found);
    return found;
}

INLINE number narrowed(float one) {
    uint32_t bits;
    memcpy(&bits, &one, sizeof bits);
    return (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
}

/* Where a token's score lies among those of its block. */
INLINE int place_of(int token) { return token / PAIR * PAIR + token % 2 * LANES + token % PAIR / 2; }
#endif

INLINE float sum(floats numbers) {
    float part[LANES];
    memcpy(part, &numbers, sizeof part);
    for (int half = LANES / 2; half > 1; half /= 2)
        for (int lane = 0; lane < half; lane++) part[lane] += part[lane + half];
    return part[0] + part[1];
}

INLINE float greater(float a, float b) { return a > b ? a : b; }

/* The greatest of `count` numbers, a multiple of LANES; minus infinity where none is one. */
INLINE float greatest(const float *numbers, long count) {
    float top[LANES];
    for (int lane = 0; lane < LANES; lane++) top[lane] = -INFINITY;
    for (long at = 0; at < count; at += LANES)
        for (int lane = 0; lane < LANES; lane++) top[lane] = greater(numbers[at + lane], top[lane]);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int lane = 0; lane < half; lane++) top[lane] = greater(top[lane + half], top[lane]);
    return top[0];
}

/* exp to about 1e-7 of its value; what is beyond 87 is taken as 87. Source: Moshier, Cephes, expf. */
INLINE floats exponential(floats x) {
    const floats zero = {0};
    const ints above = x > 87.0f, below = x < -87.0f;
    x = (floats)((~(above | below) & (ints)x) | (above & (ints)(zero + 87.0f)) | (below & (ints)(zero - 87.0f)));
    const float magic = 12582912.0f; /* 1.5 * 2^23: adding it rounds to a whole number */
    floats turned = x * 1.44269504f + magic;
    ints power = (ints)turned - 0x4b400000;
    floats whole = turned - magic;
    x = x - whole * 0.693359375f + whole * 2.12194440e-4f;
    floats y = x * 1.9875691500e-4f + 1.3981999507e-3f;
    y = y * x + 8.3334519073e-3f;
    y = y * x + 4.1665795894e-2f;
    y = y * x + 1.6666665459e-1f;
    y = y * x + 5.0000001201e-1f;
    y = y * x * x + x + 1.0f;
    return y * (floats)((power + 127) << 23);
}

/* hidden += added, where there is something to add; out = hidden / root mean square * weight. Width: a multiple of 32.
 * Source: Zhang and Sennrich, Root Mean Square Layer Normalization. https://arxiv.org/abs/1910.07467 */
void normalise(number *hidden, const number *added, const number *weight, number *out, long rows, long width,
               float epsilon) {
    for (long row = 0; row < rows; row++, hidden += width, out += width) {
        floats squares = {0};
        for (long at = 0; at < width; at += PAIR) {
            Pair x = widened(hidden + at);
            if (added) {
                Pair more = widened(added + row * width + at);
                narrow(hidden + at, (Pair){x.even + more.even, x.odd + more.odd});
                x = widened(hidden + at);
            }
            squares += x.even * x.even + x.odd * x.odd;
        }
        float scale = 1.0f / sqrtf(sum(squares) / width + epsilon);
        for (long at = 0; at < width; at += PAIR) {
            Pair x = widened(hidden + at), by = widened(weight + at);
            narrow(out + at, (Pair){x.even * scale * by.even, x.odd * scale * by.odd});
        }
    }
}

/* gates = gates * sigmoid(gates) * ups. Count: a multiple of 32. */
void gate(number *gates, const number *ups, long count) {
    for (long at = 0; at < count; at += PAIR) {
        Pair x = widened(gates + at), up = widened(ups + at);
        x.even = x.even / (1.0f + exponential(-x.even)) * up.even;
        x.odd = x.odd / (1.0f + exponential(-x.odd)) * up.odd;
        narrow(gates + at, x);
    }
}

/* Turn heads of queries or keys to their positions, in place, and scale them.
 * cosines and sines: of half a head's width for each row.
 * Source: Su et al., RoFormer. https://arxiv.org/abs/2104.09864 */
void turn(number *numbers, const float *cosines, const float *sines, long rows, long heads, float scale) {
    const int half = WIDTH / 2;
    for (long row = 0; row < rows; row++, cosines += half, sines += half)
        for (long head = 0; head < heads; head++, numbers += WIDTH) {
            float x[WIDTH], found[WIDTH];
            for (int at = 0; at < WIDTH; at++) x[at] = wide(numbers[at]);
            for (int at = 0; at < half; at++) {
                found[at] = (x[at] * cosines[at] - x[at + half] * sines[at]) * scale;
                found[at + half] = (x[at + half] * cosines[at] + x[at] * sines[at]) * scale;
            }
            for (int at = 0; at < WIDTH; at++) numbers[at] = narrowed(found[at]);
        }
}

/* What a head's queries of one row have found so far: softmax in one pass. What is found lies in pairs of vectors.
 * Source: Milakov and Gimelshein, Online normalizer calculation for softmax. https://arxiv.org/abs/1805.02867 */
typedef struct {
    float query[REP][WIDTH], found[REP][WIDTH], whole[REP][LANES], most[REP];
} Finding;

long finding_bytes(void) { return sizeof(Finding); }

/* Let queries see the first `count` keys of a block; keys turned, (WIDTH, BLOCK), values (BLOCK, WIDTH). */
static __attribute__((noinline)) void see(Finding *finding, const number *keys, const number *values, int count) {
    const floats zero = {0};
    float shares[REP][BLOCK], kept[REP];
    floats scores[REP][BLOCK / LANES];
    for (int one = 0; one < REP; one++)
        for (int at = 0; at < BLOCK / LANES; at++) scores[one][at] = zero;
    for (int at = 0; at < WIDTH; at++)
        for (int pair = 0; pair < BLOCK / PAIR; pair++) {
            Pair key = widened(keys + at * BLOCK + pair * PAIR);
            for (int one = 0; one < REP; one++) {
                scores[one][2 * pair] += finding->query[one][at] * key.even;
                scores[one][2 * pair + 1] += finding->query[one][at] * key.odd;
            }
        }
    for (int one = 0; one < REP; one++) memcpy(shares[one], scores[one], sizeof scores[one]);
    for (int one = 0; one < REP; one++) {
        float *share = shares[one];
        if (count < BLOCK)
            for (int token = count; token < BLOCK; token++) share[place_of(token)] = -INFINITY;
        float highest = greater(greatest(share, BLOCK), finding->most[one]);
        for (int at = 0; at < BLOCK; at += LANES) {
            floats powers = exponential(loaded(share + at) - highest);
            memcpy(share + at, &powers, sizeof powers);
        }
        if (count < BLOCK)
            for (int token = count; token < BLOCK; token++) share[place_of(token)] = 0;
        kept[one] = exponential(zero + (finding->most[one] - highest))[0];
        floats whole = loaded(finding->whole[one]) * kept[one];
        for (int at = 0; at < BLOCK; at += LANES) whole += loaded(share + at);
        memcpy(finding->whole[one], &whole, sizeof whole);
        finding->most[one] = highest;
    }
    for (int part = 0; part < WIDTH; part += CHUNK) {
        floats found[REP][CHUNK / LANES];
        for (int one = 0; one < REP; one++)
            for (int at = 0; at < CHUNK / LANES; at++)
                found[one][at] = loaded(&finding->found[one][part + at * LANES]) * kept[one];
        for (int token = 0; token < count; token++)
            for (int pair = 0; pair < CHUNK / PAIR; pair++) {
                Pair value = widened(values + token * WIDTH + part + pair * PAIR);
                for (int one = 0; one < REP; one++) {
                    found[one][2 * pair] += shares[one][place_of(token)] * value.even;
                    found[one][2 * pair + 1] += shares[one][place_of(token)] * value.odd;
                }
            }
        for (int one = 0; one < REP; one++)
            for (int at = 0; at < CHUNK / LANES; at++)
                memcpy(&finding->found[one][part + at * LANES], &found[one][at], sizeof(floats));
    }
}

/* Where a root's keys and values lie, (layers, HEADS, room, WIDTH) each, how many tokens of it count, a multiple of
 * BLOCK, and which rows follow it. */
typedef struct {
    const number *keys, *values;
    int64_t room, tokens, first, end;
} Root;

/* Keep each row's new key and value, and let its queries see all of its text.
 *
 * queries (rows, HEADS, REP, WIDTH), scaled, new_keys and new_values (rows, HEADS, WIDTH): of the rows.
 * keys (blocks, HEADS, WIDTH, BLOCK), values (blocks, HEADS, BLOCK, WIDTH): own parts of this layer.
 * blocks (rows, columns): those of each row; places (rows): where in its own part the new token goes.
 * findings: room for rows * HEADS.
 */
void attend(const number *queries, const number *new_keys, const number *new_values, number *keys,
            number *values, const int32_t *blocks, const int32_t *places, const Root *roots, long root_count,
            Finding *findings, number *out, long rows, long columns, long layer) {
    const long size = (long)WIDTH * BLOCK;
    for (long row = 0; row < rows; row++)
        for (long head = 0; head < HEADS; head++) {
            Finding *finding = findings + row * HEADS + head;
            const number *query = queries + (row * HEADS + head) * REP * WIDTH;
            for (int one = 0; one < REP; one++) {
                for (int at = 0; at < WIDTH; at++) {
                    finding->query[one][at] = wide(query[one * WIDTH + at]);
                    finding->found[one][at] = 0;
                }
                finding->most[one] = -INFINITY;
                memset(finding->whole[one], 0, sizeof finding->whole[one]);
            }
            long block = (blocks[row * columns + places[row] / BLOCK] * (long)HEADS + head) * size;
            long place = places[row] % BLOCK, new = (row * HEADS + head) * WIDTH;
            for (int at = 0; at < WIDTH; at++) keys[block + at * BLOCK + place] = new_keys[new + at];
            memcpy(values + block + place * WIDTH, new_values + new, WIDTH * sizeof(number));
        }
    for (const Root *root = roots; root < roots + root_count; root++)
        for (long head = 0; head < HEADS; head++)
            for (long begin = 0; begin < root->tokens; begin += BLOCK) {
                number turned[WIDTH * BLOCK];
                long from = ((layer * HEADS + head) * root->room + begin) * WIDTH;
                for (int token = 0; token < BLOCK; token++)
                    for (int at = 0; at < WIDTH; at++)
                        turned[at * BLOCK + token] = root->keys[from + token * WIDTH + at];
                for (long row = root->first; row < root->end; row++)
                    see(findings + row * HEADS + head, turned, root->values + from, BLOCK);
            }
    for (long row = 0; row < rows; row++)
        for (long head = 0; head < HEADS; head++) {
            Finding *finding = findings + row * HEADS + head;
            long tokens = places[row] + 1;
            for (long begin = 0; begin < tokens; begin += BLOCK) {
                long block = (blocks[row * columns + begin / BLOCK] * (long)HEADS + head) * size;
                see(finding, keys + block, values + block, tokens - begin < BLOCK ? tokens - begin : BLOCK);
            }
            number *to = out + (row * HEADS + head) * REP * WIDTH;
            for (int one = 0; one < REP; one++) {
                float whole = sum(loaded(finding->whole[one]));
                for (int at = 0; at < WIDTH; at += PAIR) {
                    floats even = loaded(&finding->found[one][at]), odd = loaded(&finding->found[one][at + LANES]);
                    narrow(to + one * WIDTH + at, (Pair){even / whole, odd / whole});
                }
            }
        }
}

/* Write logits in float32 and return the logarithm of the sum of their exponentials; not a number where one is none. */
float widen_logits(const number *logits, float *out, long count) {
    float rest = 0;
    long whole = count / LANES * LANES;
    for (long at = 0; at < count; at++) out[at] = wide(logits[at]);
    float highest = greatest(out, whole);
    for (long at = whole; at < count; at++) highest = greater(out[at], highest);
    floats total = {0};
    for (long at = 0; at < whole; at += LANES) total += exponential(loaded(out + at) - highest);
    for (long at = whole; at < count; at++) rest += expf(out[at] - highest);
    return highest + logf(sum(total) + rest);
}
