// SPDX-License-Identifier: GPL-3.0-or-later
/* Poles of the S-matrix as part of results: searched for in the interaction of the average, tracked
 * from there in that of every sample (poles.h), refused where the tail of the potential decides
 * where they are. */
#ifndef HADPOT_POLE_OBSERVABLES_H
#define HADPOT_POLE_OBSERVABLES_H

#include "hadpot/poles.h"
#include "hadpot/record.h"

enum { HP_MOST_SHEETS = 16 };

#define HP_ROW_POLE_W "poles/re_w_mev"
#define HP_ROW_POLE_WIDTH "poles/im_w_mev"
#define HP_ROW_POLE_E "poles/re_e_mev"
#define HP_ROW_POLE_CHANGE "poles/change_mev"
#define HP_ROW_POLE_TAIL "poles/change_k_r"
#define HP_ROW_POLE_KIND "poles/kind"
#define HP_ROW_POLE_COMPLETE "poles/complete"

/* What is asked for; lists are borrowed until hp_pole_observables_create has returned. */
typedef struct hp_pole_options {
    int nsheet;               /* 0: no poles */
    const char *const *sheet; /* "(-,+)", "-+" or "-": the sign of Im k of each pair */
    bool region_given;        /* three numbers */
    double region_mev[3];     /* Re E from, to, and how far below the real axis */
    int most;                 /* poles of each sheet that are given */
    bool exact; /* nodes are to give 8 digits of poles; else those that phases ask for suffice */
} hp_pole_options;

/* Whose poles: unit of length L = length_fm; names are borrowed until hp_pole_observables_create
 * has returned; NULL where there is one pair, or one component. */
typedef struct hp_pole_setup {
    const hp_pole_options *options;
    int npair, ncomponent;
    const char *const *pair_name, *const *component_name;
    const int *l; /* (ncomponent) */
    double length_fm;
    bool charged;
} hp_pole_setup;

/* Empty ({0}) where no poles are asked for; all functions then do nothing. */
typedef struct hp_pole_observables {
    int nsheet, most, npair, ncomponent;
    bool exact;
    hp_sheet sheet[HP_MOST_SHEETS];
    char sheet_name[HP_MOST_SHEETS][HP_MOST_PAIRS + 1]; /* "-+" */
    char *pair_name[HP_MOST_PAIRS], *component_name[HP_MOST_COMPONENTS];
    int l[HP_MOST_COMPONENTS];
    hp_pole_region region;        /* 1/L */
    double length_fm, energy_mev; /* energy_mev: 1/L in MeV */
    bool tracks;                  /* samples: from these poles of the average, */
    hp_pole *average;             /* (nsheet, most), energies nan where there is none */
} hp_pole_observables;

/* Whether texts are sheets of npair pairs, before there is anything else to know. Errors:
 * HP_ERR_INPUT as below. */
hp_status hp_pole_check_sheets(int nsheet, const char *const *sheet, int npair, hp_error *err);

/* poles: out, owned by the caller. Errors: HP_ERR_INPUT naming the key: sheets that are none or
 * there twice, a region that is none, charged pairs; MEMORY. */
hp_status hp_pole_observables_create(const hp_pole_setup *setup, hp_pole_observables *poles,
                                     hp_error *err);
void hp_pole_observables_destroy(hp_pole_observables *poles);

/* Nodes that are to be fine enough for poles: phases to tolerance (that of the job, or less) up to
 * an energy |E| as large as any in the region, 0 without poles. */
double hp_pole_observables_tolerance(const hp_pole_observables *poles, double tolerance_deg);
double hp_pole_observables_highest(const hp_pole_observables *poles);

/* Axes, rows and poles.csv. */
void hp_pole_observables_describe(const hp_pole_observables *poles, hp_record *record);

/* From now on poles are tracked from those of this vector. */
void hp_pole_observables_take(hp_pole_observables *poles, const hp_record *record,
                              const double *vector);

/* The poles of the interaction that the solver has, into vector. A pole that is not found is nan.
 * Errors: HP_ERR_INPUT, MEMORY. */
hp_status hp_pole_observables_compute(const hp_pole_observables *poles, hp_coupled *solver,
                                      const hp_record *record, double *vector, hp_error *err);

/* When all samples are known: poles that move by more than their statistical error, or, of a given
 * potential, by more than a part of 1e-3, when the potential ends earlier are taken out and noted;
 * the share of samples that have the others; searches that were not complete. */
void hp_pole_observables_note(const hp_pole_observables *poles, hp_record *record);

#endif
