// SPDX-License-Identifier: GPL-3.0-or-later
#include "fits.h"
#include "hadpot/stage_times.h"
#include "items.h"
#include "noise_model.h"
#include "samples.h"
#include "total_band.h"

/* Work in the order in which ranks take it. */
enum { AVERAGE, NOISE, FORMS, SAMPLES, NCHORE };

typedef struct {
    hp_pipeline *run;
    hp_noise *noise;
    hp_sample_fits *fits; /* NULL: none */
    bool band;
} work;

/* Rank 0 will send the model first, then the average. */
static hp_status expect(void *context, bool *goes_on, hp_error *err) {
    const work *of = context;
    (void)goes_on;
    HP_CALL(hp_noise_expect(of->noise, err));
    return of->fits != NULL ? hp_sample_fits_expect(of->fits, err) : HP_OK;
}

static hp_status know_noise(void *context, bool *goes_on, hp_error *err) {
    const work *of = context;
    HP_CALL(hp_noise_share(of->noise, goes_on, err));
    if (of->fits != NULL) hp_stage_enter(HP_STAGE_SAMPLES);
    if (of->run->comm->rank != 0 || !of->band || !*goes_on) return HP_OK;
    return hp_total_band_solve_first(of->run, err);
}

/* The average is none where there are no fits. */
static hp_status arrange(work *of, hp_items *items, hp_error *err) {
    hp_pipeline *run = of->run;
    hp_chore *chore = items->chore;
    HP_CALL(hp_noise_begin(run, &of->noise, err));
    if (of->fits != NULL) chore[AVERAGE] = hp_sample_fits_average(of->fits);
    chore[AVERAGE].enter = expect;
    chore[AVERAGE].needs = -1;
    chore[AVERAGE].enter_context = of;
    chore[NOISE] = hp_noise_blocks(of->noise);
    if (of->band) HP_CALL(hp_total_band_begin(run, &chore[FORMS], err));
    chore[FORMS].enter = know_noise;
    chore[FORMS].needs = NOISE;
    chore[FORMS].enter_context = of;
    items->nchore = SAMPLES;
    if (of->fits == NULL) return HP_OK;
    chore[SAMPLES] =
        (hp_chore){.enter = hp_sample_fits_share, .needs = AVERAGE, .enter_context = of->fits};
    items->nchore = NCHORE;
    return HP_OK;
}

hp_status hp_fits_compute(hp_pipeline *run, hp_error *err) {
    hp_status status = HP_OK;
    work of = {.run = run, .band = true};
    HP_TRY(hp_sample_fits_begin(run, &of.fits, err));
    hp_items *samples = hp_sample_fits_samples(of.fits);
    HP_TRY(arrange(&of, samples, err));
    status =
        hp_items_compute(samples, run->comm->rank == 0 ? run->rows + samples->length : NULL, err);
    hp_sample_fits_advise(of.fits, status, err);
cleanup:
    hp_noise_destroy(&of.noise);
    hp_sample_fits_destroy(&of.fits);
    return status;
}

static hp_status without_fits(hp_pipeline *run, bool band, hp_error *err) {
    hp_status status = HP_OK;
    hp_items nothing = {.comm = run->comm, .quiet = true};
    work of = {.run = run, .band = band};
    HP_TRY(arrange(&of, &nothing, err));
    HP_TRY(hp_items_compute(&nothing, NULL, err));
cleanup:
    hp_noise_destroy(&of.noise);
    return status;
}

hp_status hp_fits_of_band(hp_pipeline *run, hp_error *err) {
    return without_fits(run, true, err);
}

hp_status hp_fits_of_noise(hp_pipeline *run, hp_error *err) {
    return without_fits(run, false, err);
}
