// SPDX-License-Identifier: GPL-3.0-or-later
#include "network_rows.h"
#include <string.h>

/* All but the parameters that U and V are made of (model.h); L: the spacing a, in toys 1 fm. */
enum { NNUMBER = 10 };
static const hp_row numbers[NNUMBER] = {
    {"network/length_fm", "fm", .text = "unit of length L: a, in toys 1 fm"},
    {"network/energy_mev", "MeV", .text = "1/L"},
    {"network/input_length_fm", "fm",
     .text = "l of the inputs x = log(1 + r/l); of input linear x = r/L"},
    {"network/input_scale", "1",
     .text = "of input centred_log1p: x = input_scale (log(1 + r/l) - input_centre)"},
    {"network/input_centre", "1", .text = "centre of these inputs"},
    {.path = "network/scale", .text = "overall factor of U", .key = "potential.scale"},
    {"network/envelope_fm", "fm",
     .text = "Lambda of e(r/Lambda) e(r'/Lambda), a factor of U; 0: none"},
    {"network/decay_per_fm", "1/fm", .text = "decay of U = scale exp(-decay r) output(f(r'))"},
    {.path = "network/local_scale", .text = "overall factor of V", .key = "potential.local_scale"},
    {"network/local_envelope_fm", "fm", .text = "Lambda of e(r/Lambda), a factor of V; 0: none"}};

static void add_numbers(const hp_network_parts *of, hp_record *record) {
    const hp_model *model = of->model;
    double fm = of->length_fm;
    bool nonlocal = model->has_nonlocal, local = model->has_local, toy = fm == 1.0;
    bool one = of->matrix == NULL;
    bool envelope = nonlocal && !hp_model_is_product(model);
    const struct {
        bool there;
        double value;
        const char *unit; /* NULL: that of the row */
    } number[NNUMBER] = {{true, fm, NULL},
                         {true, of->energy_mev, NULL},
                         {true, model->input_length * fm, NULL},
                         {true, model->input_scale, NULL},
                         {true, model->input_centre, NULL},
                         {one && nonlocal, model->scale, toy ? "1/fm^4" : "1/a^4"},
                         {envelope, model->envelope * fm, NULL},
                         {model->kind == HP_MODEL_PARTIAL, model->decay / fm, NULL},
                         {one && local, model->local_scale, toy ? "1/fm" : "1/a"},
                         {local, model->local_envelope * fm, NULL}};
    for (int i = 0; i < NNUMBER; i++) {
        hp_row row = numbers[i];
        if (number[i].unit != NULL) row.unit = number[i].unit;
        if (number[i].there) hp_record_add_constant(record, &row, &number[i].value);
    }
}

/* network/NAME_layers: widths from the inputs on, with their activations. */
static void add_layers(const hp_mlp *mlp, const char *name, hp_record *record) {
    const char *activation[HP_MOST_LAYERS];
    hp_row row = {.path = hp_record_copy(record, "network/%s_layers", name),
                  .text = "widths of inputs and layers y = activation(W y + b); in "
                          "training/parameters W, b of f, g and the local part follow each other",
                  .axis = {hp_record_copy(record, "%s_layer", name)}};
    if (mlp->nlayer == 0) return;
    for (int i = 0; i < mlp->nlayer; i++) activation[i] = hp_activation_name(mlp->activation[i]);
    hp_record_add_axis(record, row.axis[0], (size_t)mlp->nlayer + 1);
    hp_record_add_integers(record, &row, mlp->width);
    hp_record_put_texts(record, (hp_place){.object = row.path, .attribute = "activations"},
                        activation, mlp->nlayer);
}

/* Of a matrix potential: its terms, and their scales in place of one. */
static void add_terms(const hp_network_parts *of, hp_record *record) {
    const hp_matrix_model *matrix = of->matrix;
    const hp_matrix_terms *terms = &matrix->terms;
    size_t N = (size_t)terms->ncomponent, nterm = (size_t)terms->nterm;
    bool toy = of->length_fm == 1.0;
    const hp_row rows[] = {{"network/element", "1",
                            "O^p_cd of V_cd = sum_p O^p_cd V_p, and of U_cd",
                            .axis = {"term", "component", "component"}},
                           {"network/term_scale", toy ? "1/fm^4" : "1/a^4",
                            "overall factor of U of each term", .axis = {"term"}},
                           {"network/term_local_scale", toy ? "1/fm" : "1/a",
                            "overall factor of V of each term", .axis = {"term"}}};
    double *element = hp_record_room(record, nterm * N * N, sizeof *element);
    if (element == NULL) return; /* hp_record_check says it */
    for (size_t p = 0; p < nterm; p++)
        memcpy(element + p * N * N, terms->element[p], N * N * sizeof *element);
    hp_record_add_axis(record, "term", nterm);
    hp_record_add_constant(record, &rows[0], element);
    if (matrix->one.has_nonlocal) hp_record_add_constant(record, &rows[1], matrix->scale);
    if (matrix->one.has_local) hp_record_add_constant(record, &rows[2], matrix->local_scale);
}

void hp_network_add_model(const hp_network_parts *of, hp_record *record) {
    static const char *const input[] = {"linear", "log1p", "centred_log1p"};
    static const char *const shape[] = {"gaussian", "exponential"};
    const hp_model *model = of->model;
    const char *const word[][2] = {{"kind", of->kind},
                                   {"input", input[model->input]},
                                   {"output_activation", hp_activation_name(model->output)},
                                   {"envelope_shape", shape[model->shape]},
                                   {"local_envelope_shape", shape[model->local_shape]}};
    add_numbers(of, record);
    if (of->matrix != NULL) add_terms(of, record);
    add_layers(&model->f, "f", record);
    add_layers(of->g, "g", record);
    add_layers(of->v, "local", record);
    for (int i = 0; i < 5; i++)
        hp_record_put_text(record, (hp_place){.object = "network", .attribute = word[i][0]},
                           word[i][1]);
}
