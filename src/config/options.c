// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/options.h"
#include <math.h>
#include <string.h>

/* Which of the names "one|two|three" a key has; enums stand in the order of their names. */
static int choice(const char *name, const char *names) {
    size_t length = strlen(name);
    int at = 0;
    while (strncmp(names, name, length) != 0 || strchr("|", names[length]) == NULL) {
        names += strcspn(names, "|");
        if (*names++ == '\0') break; /* a key of a job has one of them */
        at++;
    }
    return at;
}

static hp_activation activation(const char *name) {
    hp_activation found = HP_IDENTITY;
    (void)hp_activation_from_name(name, &found, NULL); /* jobs have known names alone */
    return found;
}

static hp_envelope envelope(const char *name) {
    return (hp_envelope)choice(name, "gaussian|exponential");
}

/* last: activation of the last layer; NULL: it has one of the names. */
static hp_status read_layers(const char *key, const hp_int_list *width, const hp_string_list *names,
                             const char *last, hp_layers *layers, hp_error *err) {
    HP_REQUIRE(width->count <= HP_MOST_LAYERS, HP_ERR_INPUT,
               "potential.%s_layers: at most %d layers, found %d", key, HP_MOST_LAYERS,
               width->count);
    layers->n = width->count;
    for (int l = 0; l < layers->n; l++) {
        bool named = last == NULL || l < layers->n - 1;
        const char *name = named ? names->values[names->count > 1 ? l : 0] : last;
        layers->width[l] = width->values[l];
        layers->activation[l] = activation(name);
    }
    return HP_OK;
}

static hp_status read_network(const hp_potential_keys *keys, double length_fm, unsigned flags,
                              hp_model_spec *network, hp_error *err) {
    *network = (hp_model_spec){.input = (hp_input)choice(keys->input, "linear|log1p|centred_log1p"),
                               .input_scale = keys->input_scale,
                               .input_centre = keys->input_centre_fm / length_fm,
                               .input_length = keys->input_length_fm / length_fm,
                               .output = activation(keys->output_activation),
                               .scale = keys->scale,
                               .local_scale = keys->local_scale,
                               .shape = envelope(keys->envelope_shape),
                               .local_shape = envelope(keys->local_envelope_shape),
                               .envelope = keys->envelope_fm / length_fm,
                               .local_envelope = keys->local_envelope_fm / length_fm};
    if (flags & (HP_KIND_FG | HP_KIND_F))
        HP_CALL(read_layers("f", &keys->f_layers, &keys->f_activations,
                            flags & HP_KIND_F ? "identity" : NULL, &network->f, err));
    if (flags & HP_KIND_FG)
        HP_CALL(
            read_layers("g", &keys->g_layers, &keys->g_activations, "identity", &network->g, err));
    if (keys->local_part || flags & HP_KIND_LOCAL)
        HP_CALL(read_layers("local", &keys->local_layers, &keys->local_activations,
                            keys->local_output_activation, &network->v, err));
    return HP_OK;
}

static hp_training_options read_training(const hp_training_keys *keys,
                                         const hp_potential_keys *potential, double length_fm) {
    return (hp_training_options){
        .optimiser = (hp_optimiser)choice(keys->optimiser, "levenberg_marquardt|adam"),
        .penalty = keys->penalty,
        .hidden_deviation = keys->hidden_deviation,
        .cutoff = potential->cutoff_fm / length_fm,
        .cutoff_weight = potential->cutoff_weight,
        .steps = keys->steps,
        .step_tolerance = keys->step_tolerance,
        .warm_up_epochs = keys->warm_up_epochs,
        .epochs = keys->epochs,
        .sample_epochs = keys->sample_epochs,
        .learning_rate = keys->learning_rate,
        .sample_learning_rate = keys->sample_learning_rate,
        .schedule = (hp_schedule)choice(keys->schedule, "constant|cosine"),
        .tolerance = keys->tolerance,
        .seed = keys->seed,
        .restarts = keys->restarts,
        .warm_start = keys->warm_start};
}

/* own: the momenta that each kind of job has in units of its own. */
static hp_observables_options read_observables(const hp_scattering_keys *keys,
                                               const hp_femtoscopy_keys *femtoscopy,
                                               hp_momentum_kind kind, const hp_double_list *own) {
    const hp_double_list *list = own;
    if (list->count == 0) list = &keys->momenta_mev, kind = HP_MOMENTA_MEV;
    if (list->count == 0) list = &keys->energies_mev, kind = HP_ENERGIES_MEV;
    return (hp_observables_options){
        .momentum_kind = kind,
        .nmomentum = list->count,
        .momentum = list->values,
        .solver = (hp_solver)choice(keys->solver, "both|nystroem|ode"),
        .range_fm = keys->range_fm,
        .tolerance_deg = keys->tolerance_deg,
        .panels = keys->panels,
        .order = keys->order,
        .ode_tolerance = keys->ode_tolerance,
        .bound_states = keys->bound_states,
        .coulomb = (hp_charge_form)choice(keys->coulomb, "none|point|dipole"),
        .charge_1 = keys->charge_1,
        .charge_2 = keys->charge_2,
        .charge_radius_fm = keys->charge_radius_fm,
        .fit_e_min_mev = keys->fit_e_min_mev,
        .fit_e_max_mev = keys->fit_e_max_mev,
        .fit_shape = keys->fit_shape,
        .nsource = femtoscopy->source_radii_fm.count,
        .source_radius_fm = femtoscopy->source_radii_fm.values,
        .statistics = (hp_statistics)choice(femtoscopy->statistics, "distinct|bosons|fermions"),
        .spin = femtoscopy->spin,
        .weight = femtoscopy->weight};
}

/* Of a job that says nothing of them there are none, in a region that is one. */
static hp_pole_options read_poles(const hp_pole_keys *keys) {
    hp_pole_options poles = {.nsheet = keys->poles.count,
                             .sheet = (const char *const *)keys->poles.values,
                             .most = keys->most_poles};
    poles.region_given = keys->pole_region_mev.count == 3;
    for (int i = 0; i < 3 && poles.region_given; i++)
        poles.region_mev[i] = keys->pole_region_mev.values[i];
    return poles;
}

/* Bits in the order of the names. */
static unsigned choices(const hp_string_list *list, const char *names) {
    unsigned bits = 0;
    for (int i = 0; i < list->count; i++) bits |= 1u << choice(list->values[i], names);
    return bits;
}

static hp_ladder ladder(const hp_double_list *list) {
    return (hp_ladder){list->count, list->values};
}

static hp_features_options read_features(const struct hp_job_total_band *keys) {
    return (hp_features_options){ladder(&keys->local_widths_fm), ladder(&keys->separable_widths_fm),
                                 ladder(&keys->band_widths_fm), ladder(&keys->band_envelopes_fm)};
}

static hp_mixture_options read_mixture(const struct hp_job_total_band *keys, double length_fm) {
    return (hp_mixture_options){.amplitude = keys->amplitude_mev * length_fm / HP_HBARC_MEV_FM,
                                .core_above = keys->core_above_mev * length_fm / HP_HBARC_MEV_FM,
                                .forms = choices(&keys->forms, HP_FORM_NAMES),
                                .ndraw = keys->draws,
                                .seed = (uint64_t)keys->seed};
}

static hp_direct_options read_direct(const struct hp_job_direct *keys) {
    return (hp_direct_options){.compute = keys->compute,
                               .ntime = keys->times.count,
                               .time = keys->times.values,
                               .ntwo = keys->two_baryon_times.count,
                               .two = keys->two_baryon_times.values,
                               .plateau_t_min = keys->plateau_t_min,
                               .plateau_t_max = keys->plateau_t_max};
}

static hp_tail read_tail(const struct hp_job_potential *keys, double length_fm) {
    return (hp_tail){.kind = (hp_tail_kind)choice(keys->tail, HP_TAIL_NAMES),
                     .mass = keys->tail_mass_mev * length_fm / HP_HBARC_MEV_FM,
                     .power = keys->tail_power};
}

static hp_observables_options observables_of_run(const hp_job *job) {
    const hp_scattering_keys scattering = {HP_SCATTERING_KEYS(HP_TAKE_KEY)};
    const hp_femtoscopy_keys femtoscopy = {HP_FEMTOSCOPY_KEYS(HP_TAKE_KEY)};
    const hp_pole_keys poles = {HP_POLE_KEYS(HP_TAKE_KEY)};
    hp_observables_options options =
        read_observables(&scattering, &femtoscopy, HP_MOMENTA_SQUARED, &job->scattering.k2_lat);
    options.cutoff = M_PI; /* of a lattice */
    options.poles = read_poles(&poles);
    return options;
}

/* Ranges of Gaussians, fm; 0: the first of a separable potential, which are fitted. */
static double shortest_of_run(const hp_job *job) {
    const double of_blocks = 0.35;
    const hp_potential_kind *kind = hp_potential_kind_find(job->potential.kind);
    if (job->potential.shortest_fm > 0.0) return job->potential.shortest_fm;
    return (kind->flags & HP_KIND_SEPARABLE) != 0 ? 0.0 : of_blocks;
}

static double longest_of_run(const hp_job *job) {
    const double usual = 1.2;
    return job->potential.longest_fm > 0.0 ? job->potential.longest_fm : usual;
}

/* Without its network. */
static hp_potential_setup potential_of_run(const hp_job *job, double length_fm) {
    const hp_potential_keys potential = {HP_POTENTIAL_KEYS(HP_TAKE_KEY)};
    const hp_training_keys training = {HP_TRAINING_KEYS(HP_TAKE_KEY)
                                           HP_SAMPLE_TRAINING_KEYS(HP_TAKE_KEY)};
    return (hp_potential_setup){
        .kind = hp_potential_kind_find(job->potential.kind),
        .training = read_training(&training, &potential, length_fm),
        .gaussians = job->potential.gaussians,
        .gaussian_range_fm = {shortest_of_run(job), longest_of_run(job)},
        .nonlocal_gaussians = job->potential.nonlocal_gaussians,
        .tail = read_tail(&job->potential, length_fm),
        .of_operators = strcmp(job->potential.tensor, "vc_vt") == 0,
        .diagonal = !job->potential.coupling,
        .rank = job->potential.rank,
        .n2lo_gaussians = job->potential.n2lo_gaussians,
        .n2lo_range_fm = {job->potential.n2lo_shortest_fm, job->potential.n2lo_longest_fm},
        .n2lo_deviation = job->potential.n2lo_deviation,
        .n2lo_r_max_fm = job->potential.n2lo_r_max_fm};
}

hp_status hp_options_of_run(const hp_job *job, double length_fm, hp_analysis_options *options,
                            hp_error *err) {
    const hp_potential_keys potential = {HP_POTENTIAL_KEYS(HP_TAKE_KEY)};
    const struct hp_job_fit *fit = &job->fit;
    const struct hp_job_results *results = &job->results;
    *options = (hp_analysis_options){
        .r_min_fm = fit->r_min_fm,
        .r_max_fm = fit->r_max_fm,
        .inverse_variance = strcmp(fit->weighting, "inverse_variance") == 0,
        .error_smoothing_fm = fit->error_smoothing_fm,
        .relative_floor = fit->relative_floor,
        .rotation_breaking = fit->rotation_breaking,
        .covariance = (hp_covariance)choice(fit->covariance, "none|shrinkage|eigenvalue_cut"),
        .covariance_parameter = fit->covariance_parameter,
        .potential = potential_of_run(job, length_fm),
        .observables = observables_of_run(job),
        .levels = job->finite_volume.levels,
        .direct = read_direct(&job->direct),
        .u_points = results->u_points,
        .u_max_fm = results->u_max_fm,
        .momentum_space = results->momentum_space,
        .nregion_edge = results->chi2_region_edges_fm.count,
        .region_edge_fm = results->chi2_region_edges_fm.values,
        .min_fit_probability = results->min_fit_probability,
        .max_edge_ratio = results->max_edge_ratio,
        .max_numerical_error = results->max_numerical_error,
        .features = read_features(&job->total_band),
        .mixture = read_mixture(&job->total_band, length_fm)};
    return read_network(&potential, length_fm, options->potential.kind->flags,
                        &options->potential.network, err);
}

/* What jobs with channels have in common. */
static hp_channel_options read_channels(const hp_scattering_keys *keys, const hp_pole_keys *poles,
                                        const hp_double_list *source_radii, const char *eigenphases,
                                        const hp_double_list *total) {
    return (hp_channel_options){.total = total->count > 0,
                                .solver = (hp_solver)choice(keys->solver, "both|nystroem|ode"),
                                .range_fm = keys->range_fm,
                                .tolerance_deg = keys->tolerance_deg,
                                .panels = keys->panels,
                                .order = keys->order,
                                .ode_tolerance = keys->ode_tolerance,
                                .bound_states = keys->bound_states,
                                .stapp = strcmp(eigenphases, "blatt") != 0,
                                .blatt = strcmp(eigenphases, "stapp") != 0,
                                .poles = read_poles(poles),
                                .nsource = source_radii->count,
                                .source_radius_fm = source_radii->values};
}

hp_channel_options hp_options_of_run_channels(const hp_job *job) {
    const hp_scattering_keys keys = {HP_SCATTERING_KEYS(HP_TAKE_KEY)};
    const hp_pole_keys poles = {HP_POLE_KEYS(HP_TAKE_KEY)};
    hp_channel_options options =
        read_channels(&keys, &poles, &job->femtoscopy.source_radii_fm, job->scattering.eigenphases,
                      &job->scattering.total_energies_mev);
    options.lattice = true;
    return options;
}

hp_resampling_setup hp_options_of_resampling(const hp_job *job) {
    const struct hp_job_resampling *keys = &job->resampling;
    return (hp_resampling_setup){.method = (hp_method)choice(keys->method, "jackknife|bootstrap"),
                                 .max_samples = keys->max_samples,
                                 .bootstrap_samples = keys->bootstrap_samples,
                                 .seed = (uint64_t)keys->seed};
}

hp_status hp_options_of_toy(const hp_toy_job *job, hp_potential_setup *potential,
                            hp_observables_options *observables, hp_error *err) {
    const hp_potential_keys keys = {HP_POTENTIAL_KEYS(HP_TAKE_KEY)};
    const hp_training_keys training = {HP_TRAINING_KEYS(HP_TAKE_KEY)};
    const hp_scattering_keys scattering = {HP_SCATTERING_KEYS(HP_TAKE_KEY)};
    const hp_femtoscopy_keys femtoscopy = {HP_FEMTOSCOPY_KEYS(HP_TAKE_KEY)};
    *potential = (hp_potential_setup){.kind = hp_potential_kind_find(job->potential.kind),
                                      .training = read_training(&training, &keys, 1.0)};
    *observables =
        read_observables(&scattering, &femtoscopy, HP_MOMENTA, &job->scattering.k_per_fm);
    HP_CALL(read_network(&keys, 1.0, potential->kind->flags, &potential->network, err));
    potential->network.decay = job->potential.decay_per_fm;
    memcpy(potential->network.start, job->potential.theta_start.values,
           sizeof potential->network.start);
    return HP_OK;
}

hp_observables_options hp_options_of_scatter(const hp_scatter_job *job) {
    const hp_scattering_keys scattering = {HP_SCATTERING_KEYS(HP_TAKE_KEY)};
    const hp_femtoscopy_keys femtoscopy = {HP_FEMTOSCOPY_KEYS(HP_TAKE_KEY)};
    const hp_pole_keys poles = {HP_POLE_KEYS(HP_TAKE_KEY)};
    hp_observables_options options =
        read_observables(&scattering, &femtoscopy, HP_MOMENTA, &job->scattering.k_per_fm);
    options.poles = read_poles(&poles);
    return options;
}

hp_channel_options hp_options_of_channels(const hp_scatter_job *job, const hp_given_channels *given,
                                          const double *energy, int nenergy) {
    const hp_scattering_keys keys = {HP_SCATTERING_KEYS(HP_TAKE_KEY)};
    const hp_pole_keys poles = {HP_POLE_KEYS(HP_TAKE_KEY)};
    hp_channel_options options =
        read_channels(&keys, &poles, &job->femtoscopy.source_radii_fm, job->scattering.eigenphases,
                      &job->scattering.total_energies_mev);
    options.nenergy = nenergy;
    options.energy = energy;
    options.weight = given->weight;
    return options;
}
