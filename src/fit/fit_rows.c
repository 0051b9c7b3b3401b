// SPDX-License-Identifier: GPL-3.0-or-later
/* How a fit went, as rows of the record. */
#include "hadpot/network_fit.h"

static const hp_row rows[] = {
    {.path = HP_ROW_LOSS, .unit = "1", .text = "loss at the final parameters"},
    {.path = HP_ROW_CONVERGED, .unit = "1", .text = "1: the fit converged"},
    {.path = HP_ROW_EPOCHS, .unit = "1", .text = "epochs, steps or iterations done"},
    {.path = HP_ROW_DECREASE,
     .unit = "1",
     .text =
         "relative decrease of the loss over the last tenth of the epochs, or in the last step"},
    {.path = HP_ROW_RESTART,
     .unit = "1",
     .text = "which of training.restarts initial weights the fit started from or has its prior of"},
    {.path = HP_ROW_DECREMENT,
     .unit = "1",
     .text = "what one more Newton step would lower the loss by, over the loss; nan: not computed"},
    {.path = HP_ROW_CURVE,
     .unit = "1",
     .text = "loss before the epochs or steps in loss_epoch",
     .axis = {"curve"}},
    {.path = HP_ROW_CURVE_EPOCH,
     .unit = "1",
     .text = "epochs of loss_curve; samples may run for other numbers of epochs than the average",
     .axis = {"curve"}},
    {.path = HP_ROW_PARAM,
     .unit = "1",
     .text =
         "parameters of the networks f, g and of the local part, layer by layer, weights row by "
         "row before biases",
     .axis = {"parameter"}}};

void hp_training_describe(size_t curve, size_t parameters, hp_record *record) {
    hp_record_add_axis(record, "curve", curve);
    hp_record_add_axis(record, "parameter", parameters);
    hp_record_add_rows(record, rows, (int)(sizeof rows / sizeof *rows));
}
