// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of the format halqcd share. */
#ifndef HADPOT_HALQCD_PARTS_H
#define HADPOT_HALQCD_PARTS_H

#include "hadpot/import.h"

/* hp_import_file.what; index: time of a wave, hadron of a two-point function. */
enum { HP_HALQCD_WAVE, HP_HALQCD_FORWARD, HP_HALQCD_BACKWARD, HP_HALQCD_TWO_BARYON };

/* Spin components of source and sink, [beta'][alpha'][beta][alpha]. */
enum { HP_HALQCD_SPIN = 16 };

/* Columns of a correlator file: t, then real and imaginary part of five components. */
enum { HP_HALQCD_COLUMNS = 11 };

enum { HP_HALQCD_TEXT = 1024, HP_HALQCD_PATH = 4096 };

/* A wave file: the records of a 1/48-compressed one, or a plain array over all sites s, 16 complex
 * doubles each, in one of three orders. */
typedef enum hp_halqcd_order {
    HP_HALQCD_ORBITS,       /* [orbit][beta'][alpha'][beta][alpha] */
    HP_HALQCD_SITES_OUTER,  /* [s][beta'][alpha'][beta][alpha] */
    HP_HALQCD_SITES_MIDDLE, /* [beta'][alpha'][s][beta][alpha] */
    HP_HALQCD_SITES_INNER   /* [beta'][alpha'][beta][alpha][s] */
} hp_halqcd_order;
typedef struct hp_halqcd_wave {
    int extent, norbit;
    bool big_endian;
    hp_halqcd_order order;
    const unsigned char *site, *data; /* (norbit) int32; (norbit, 16) complex doubles */
    size_t size;                      /* bytes of a complete file */
} hp_halqcd_wave;

/* Whether it can be a compressed wave; else it is plain. */
bool hp_halqcd_is_compressed(const unsigned char *bytes, size_t size);

/* A whole file that is plain; its order is found out. Errors: HP_ERR_INPUT for another size, or for
 * an order in which waves at images of a site have nothing to do with each other. */
hp_status hp_halqcd_find_box(const unsigned char *bytes, size_t size, hp_halqcd_wave *wave,
                             hp_error *err);

/* What all files of a tree have in common (hp_import_plan.state). */
typedef struct hp_halqcd_state {
    int extent, norbit;
    bool big_endian;       /* of plain waves, and */
    hp_halqcd_order order; /* of the first wave: all are plain, or none */
    bool singlet, triplet; /* 1S0; 3S1 and 3D1 */
    int nhadron;           /* different two-point functions, 1 or 2 */
    int fold;              /* 1, -1: sign of the antiparticle; 0: none */
    int lines;             /* of the two-point functions: T */
    int two_baryon_lines;  /* 0: there are none */
    int site[];            /* (norbit) x + L (y + L z) of the representatives */
} hp_halqcd_state;

/* The survey in work; everything is borrowed from lists that stay until its end. */
typedef struct hp_halqcd_tree {
    hp_import_plan *plan;
    const hp_import_job *job;
    char wave_folder[HP_HALQCD_TEXT];
    char **folder; /* (nfolder) CONF */
    int nfolder, by_file;
    char operators[HP_HALQCD_TEXT];           /* of the first wave */
    int npositions;                           /* of sources, in the first folder */
    char *first_two_point, *first_two_baryon; /* paths */
} hp_halqcd_tree;

/* What follows "_correlator" in names of files, without .gz, their folder and rotation, and with #
 * for numbers: files that differ in it are no rotations or source positions of each other. */
void hp_halqcd_find_kind(const hp_halqcd_tree *tree, const char *folder, const char *suffix,
                         char kind[HP_HALQCD_TEXT]);

/* HP_ERR_INPUT, with all kinds, unless the files of a folder (path) that begin with `start` and
 * halqcd.correlator_suffix are of one, which is `kind`, or of any where that is empty. kind: in and
 * out. */
hp_status hp_halqcd_check_kinds(const hp_halqcd_tree *tree, const char *folder, const char *path,
                                const char *start, char *const *list, int n,
                                char kind[HP_HALQCD_TEXT], hp_error *err);

/* Datasets and cells of a row, from the headers of the first files. nhadron: different two-point
 * functions. Errors: HP_ERR_INPUT. */
hp_status hp_halqcd_lay_out(hp_halqcd_tree *tree, int nhadron, hp_error *err);

/* The header of a wave: `size` bytes of its beginning, or all. Errors: HP_ERR_INPUT, without the
 * name of the file, for what is no such file. */
hp_status hp_halqcd_read_header(const unsigned char *bytes, size_t size, hp_halqcd_wave *wave,
                                hp_error *err);

/* All records, of a whole file. */
hp_status hp_halqcd_check_records(const unsigned char *bytes, size_t size, hp_halqcd_wave *wave,
                                  hp_error *err);

/* A 32-bit integer, and n doubles. */
int hp_halqcd_integer(const unsigned char *bytes, bool big_endian);
void hp_halqcd_doubles(const unsigned char *bytes, bool big_endian, int n, double *to);

/* Lines of a correlator file with a NUL behind them; value (lines, columns) may be NULL. Errors:
 * HP_ERR_INPUT. */
hp_status hp_halqcd_read_lines(const unsigned char *bytes, size_t size, int lines, double *value,
                               int *found, hp_error *err);

/* Values of a wave at one time: 1S0; 3S1, 3D1 and the Laplacian of the latter. */
int hp_halqcd_nvalue(const hp_halqcd_state *state);

/* Spin projections (docs/method-import.md): tables of a rank. */
typedef struct hp_halqcd_spin hp_halqcd_spin;
hp_status hp_halqcd_spin_create(const hp_halqcd_state *state, const hp_geometry *geometry,
                                hp_halqcd_spin **spin, hp_error *err);
void hp_halqcd_spin_destroy(hp_halqcd_spin **spin);

/* re, im: (nvalue, npoint) projections of a wave. spread: of a plain wave, goes on with the squares
 * of deviations of images of a site from their average, and of these. Errors: HP_ERR_INPUT for a
 * wave that a rotation which leaves a site in its place changes. */
hp_status hp_halqcd_project(hp_halqcd_spin *spin, const hp_halqcd_wave *wave, const double **re,
                            const double **im, double spread[2], hp_error *err);

#endif
