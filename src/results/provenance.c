// SPDX-License-Identifier: GPL-3.0-or-later
/* Which program and libraries made the results. */
#include <cblas.h>
#include <fftw3.h>
#include <gsl/gsl_version.h>
#include <hdf5.h>
#include <mpi.h>
#include <stdio.h>
#include "hadpot/results.h"

void hp_results_describe(hp_record *record, const char *channel, const char *potential,
                         const char *job) {
    char libraries[512], mpi[MPI_MAX_LIBRARY_VERSION_STRING];
    unsigned major, minor, release;
    int length = 0;
    H5get_libversion(&major, &minor, &release);
    MPI_Get_library_version(mpi, &length);
    snprintf(libraries, sizeof libraries, "HDF5 %u.%u.%u; GSL %s; %s; %s; %.120s; compiler %s",
             major, minor, release, gsl_version, openblas_get_config(), fftw_version, mpi,
             __VERSION__);
    record->channel = hp_record_copy(record, "%s", channel);
    hp_record_add_text(record, "job.yaml", job);
    hp_record_put_text(record, hp_attribute("format"), "hadpot-results");
    hp_record_put_integer(record, hp_attribute("version"), 1);
    hp_record_put_text(record, hp_attribute_and_key("channel", "channel"), channel);
    hp_record_put_text(record, hp_attribute_and_key("potential_kind", "potential"), potential);
    hp_record_put_text(record, hp_attribute("hadpot_version"), HADPOT_VERSION);
    hp_record_put_text(record, hp_attribute("job"), job);
    hp_record_put_text(record, hp_attribute("libraries"), libraries);
}
