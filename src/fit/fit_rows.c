// SPDX-License-Identifier: GPL-3.0-or-later
/* How a fit went, as rows of the record. */
#include "hadpot/network_fit.h"

static const hp_row rows[] = {
    {HP_ROW_LOSS, "1", "loss at the final parameters", .axis = {NULL}},
    {HP_ROW_CONVERGED, "1", "1: the fit converged", .axis = {NULL}},
    {HP_ROW_EPOCHS, "1", "epochs, steps or iterations done", .axis = {NULL}},
    {HP_ROW_DECREASE, "1",
     "relative decrease of the loss over the last tenth of the epochs, or in the last step",
     .axis = {NULL}},
    {HP_ROW_RESTART, "1",
     "which of training.restarts initial weights the fit started from or has its prior of",
     .axis = {NULL}},
    {HP_ROW_DECREMENT, "1",
     "what one more Newton step would lower the loss by, over the loss; nan: not computed",
     .axis = {NULL}},
    {HP_ROW_CURVE, "1", "loss before the epochs or steps in loss_epoch", .axis = {"curve"}},
    {HP_ROW_CURVE_EPOCH, "1",
     "epochs of loss_curve; samples may run for other numbers of epochs than the average",
     .axis = {"curve"}},
    {HP_ROW_PARAM, "1",
     "parameters of the networks f, g and of the local part, layer by layer, weights row by "
     "row before biases",
     .axis = {"parameter"}}};

void hp_training_describe(size_t curve, size_t parameters, hp_record *record) {
    hp_record_add_axis(record, "curve", curve);
    hp_record_add_axis(record, "parameter", parameters);
    hp_record_add_rows(record, rows, (int)(sizeof rows / sizeof *rows));
}
