// SPDX-License-Identifier: GPL-3.0-or-later
/* Coverage of error bars: the whole pipeline on M synthetic ensembles of one known potential, which
 * differ in their noise alone, and how often value +- error holds the truth.
 *     pull = (value - truth)/error
 * of an observable that is linear in the data and normally distributed follows Student's t (W. S.
 * Gosset, Biometrika 6 (1908) 1): its error is that of the mean of N bins. Degrees of freedom: N-1
 * of N jackknife samples, bins less streams of a bootstrap. */
#ifndef HADPOT_COVERAGE_H
#define HADPOT_COVERAGE_H

#include "hadpot/run.h"

/* Collective. Do the study that a job of `hadpot coverage` asks for; options->overrides may be
 * "synth.key.path=value" and "run.key.path=value" too. A run job
 * with variations gives total errors, too; of its alternatives only averages are fitted.
 * Observables:
 *     four_point    mean of C4 over configurations at one point, over its expectation value: linear
 *     R, v_lo_mev   R and S/R there; truth: the same without noise
 *     delta_deg, kcot_threshold_mev (-1/a0), binding_energy_mev (where the truth is bound)
 * with channels, what its list `observables` names: delta_deg and eta of a component at a total
 * energy, re_w_mev and im_w_mev of a pole of the truth on a sheet, in the run the pole of that
 * sheet that is nearest to it (an ensemble without one is not counted); delta is always next to the
 * truth modulo 180 degrees. The point is at half of the largest distance of the fit, its middle
 * time and first source. delta of a sample with another number of bound states than the average is
 * moved by multiples of 180 degrees to be next to that of the average, and so is the average if its
 * number is not the true one: a branch is no deviation. Ranks take whole ensembles;
 * output/ensembles has the file of each while it is analysed, output/checkpoint the finished ones
 * until the study is complete. coverage.csv, coverage.h5, summary.yaml, job.yaml, synth.yaml and
 * run.yaml have the same bytes for any number of ranks and after a resume. Errors: the same on
 * every rank; those of the jobs are found before the first ensemble is analysed. An ensemble whose
 * analysis gives no finite result is counted, not an error. */
hp_status hp_coverage_study(const hp_comm *comm, const hp_run_options *options, hp_error *err);

#endif
