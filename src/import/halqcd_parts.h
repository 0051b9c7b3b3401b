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

/* What all files of a tree have in common (hp_import_plan.state). */
typedef struct hp_halqcd_state {
    int extent, norbit;
    bool singlet, triplet; /* 1S0; 3S1 and 3D1 */
    int nhadron;           /* different two-point functions, 1 or 2 */
    int fold;              /* 1, -1: sign of the antiparticle; 0: none */
    int lines;             /* of the two-point functions: T */
    int two_baryon_lines;  /* 0: there are none */
    int site[];            /* (norbit) x + L (y + L z) of the representatives */
} hp_halqcd_state;

enum { HP_HALQCD_TEXT = 1024, HP_HALQCD_PATH = 4096 };

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

/* Datasets and cells of a row, from the headers of the first files. nhadron: different two-point
 * functions. Errors: HP_ERR_INPUT. */
hp_status hp_halqcd_lay_out(hp_halqcd_tree *tree, int nhadron, hp_error *err);

/* The records of a wave file. */
typedef struct hp_halqcd_wave {
    int extent, norbit;
    bool big_endian;
    const unsigned char *site, *data; /* (norbit) int32; (norbit, 16) complex doubles */
    size_t size;                      /* bytes of a complete file */
} hp_halqcd_wave;

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

/* Lines of a correlator file; value (lines, columns) may be NULL. Errors: HP_ERR_INPUT. */
hp_status hp_halqcd_read_lines(const unsigned char *bytes, size_t size, int lines, double *value,
                               int *found, hp_error *err);

/* Values of a wave at one time: 1S0; 3S1, 3D1 and the Laplacian of the latter. */
int hp_halqcd_nvalue(const hp_halqcd_state *state);

/* Spin projections (docs/method-import.md): tables of a rank. */
typedef struct hp_halqcd_spin hp_halqcd_spin;
hp_status hp_halqcd_spin_create(const hp_halqcd_state *state, const hp_geometry *geometry,
                                hp_halqcd_spin **spin, hp_error *err);
void hp_halqcd_spin_destroy(hp_halqcd_spin **spin);

/* re, im: (nvalue, npoint) projections of a wave. Errors: HP_ERR_INPUT for a wave that a rotation
 * which leaves a site in its place changes. */
hp_status hp_halqcd_project(hp_halqcd_spin *spin, const hp_halqcd_wave *wave, const double **re,
                            const double **im, hp_error *err);

#endif
