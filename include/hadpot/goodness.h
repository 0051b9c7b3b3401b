// SPDX-License-Identifier: GPL-3.0-or-later
/* How well a potential describes the data it was fitted to: pulls, and chi2 by column and by region
 * of r. */
#ifndef HADPOT_GOODNESS_H
#define HADPOT_GOODNESS_H

#include "hadpot/error_model.h"
#include "hadpot/fit_data.h"
#include "hadpot/record.h"

#define HP_ROW_V_LOCALISED "potential/v_localised_mev"
#define HP_ROW_CHI2 "training/chi2_per_point"
#define HP_ROW_CHI2_BY "training/chi2_per_point_by_source"
#define HP_ROW_CHI2_REGION "training/chi2_per_point_by_region"
#define HP_ROW_CHI2_CORRELATED "training/chi2_correlated_per_point"
#define HP_ROW_PULL "training/pull"

/* chi2 with the covariance of the error model, over the effective number of points. */
#define HP_ROW_EFFECTIVE "training/chi2_per_effective_point"
#define HP_ROW_EFFECTIVE_BY "training/chi2_per_effective_point_by_source"
#define HP_ROW_EFFECTIVE_REGION "training/chi2_per_effective_point_by_region"

/* Regions of r, and waves: a source with a component at its sink. */
typedef struct hp_goodness {
    int nregion;
    const double *edge_fm; /* (nregion - 1) where all but the last end; borrowed */
    int *region;           /* (n) region of each point */
    int ncomponent;
    int *region_points; /* (ncomponent, nregion) fitted radii in it */
    int nsource;
    hp_error_part *part; /* (1 + nsource ncomponent (1 + nregion)) all points, those of each wave
                            (nsource, ncomponent), of each wave and region; NULL until
                            hp_goodness_weigh */
} hp_goodness;

/* Regions that end before each of nedge ascending distances in fm, and one beyond. goodness: out,
 * owned by the caller. Errors: HP_ERR_MEMORY. */
hp_status hp_goodness_create(const hp_fit_data *data, const double *edge_fm, int nedge,
                             hp_goodness *goodness, hp_error *err);
void hp_goodness_destroy(hp_goodness *goodness);

/* What judges residuals of nsource sources, whose columns stand together. Errors: of
 * hp_error_model_restrict. */
hp_status hp_goodness_weigh(hp_goodness *goodness, const hp_error_model *noise, int nsource,
                            hp_error *err);

/* chi2 per effective point of S and its prediction (ncolumn, n), whatever was fitted, into vector;
 * nan where no points are. */
void hp_goodness_judge(const hp_goodness *goodness, const double *S, const double *prediction,
                       const hp_record *record, double *vector);

/* Add its rows to a record with the axes source, t and r. with_covariance: chi2 of correlated fits,
 * too. */
void hp_goodness_describe(const hp_goodness *goodness, bool with_covariance, hp_record *record);

/* The largest chi2 per effective point that one of `count` parts may have: the largest of all of
 * them is above its own in this share of right fits, or less, if chi2 of m_eff points is
 * distributed like a sum of m_eff squares of Student's t of part->freedom degrees of freedom:
 *     limit = nu/(nu - 2) chi2inv_p(k)/k,  k = m_eff (nu - 4)/(nu - 1),
 * with its mean and variance (freedom 0: of a normal variable). Infinite below HP_LEAST_FREEDOM,
 * where they are not known well enough; nan: no points. */
enum { HP_LEAST_FREEDOM = 5 };
double hp_goodness_limit(const hp_error_part *part, int count, double probability);

/* Facts of the fits of the average and of samples in a record that has them, and notes, with
 * results.min_fit_probability. Errors: HP_ERR_MEMORY. */
hp_status hp_goodness_note(const hp_goodness *goodness, const hp_fit_data *data, double probability,
                           hp_record *record, hp_error *err);

/* Fits of samples (without the average) that converged. */
int hp_goodness_count_converged(const hp_record *record);

/* chi2 by source and by region, and the largest pull, one line each, in the log. */
void hp_goodness_log(const hp_goodness *goodness, const hp_fit_data *data, const hp_record *record);

/* Localised potential, pulls and chi2 per point of a sample and the prediction (ncolumn, n) of its
 * fit, into vector. Pulls are those of what is fitted: S with its error, or S/R with its. */
void hp_goodness_store(const hp_goodness *goodness, const hp_fit_data *data,
                       const double *prediction, const hp_record *record, double *vector);

#endif
