// SPDX-License-Identifier: GPL-3.0-or-later
#include "stored_nodes.h"
#include <string.h>
#include "hadpot/memory.h"
#include "hadpot/observables.h"

void hp_stored_nodes_put(const hp_quadrature *nodes, double error_deg, double length_fm,
                         const hp_record *record, double *vector) {
    double *edge = hp_record_at(record, vector, HP_ROW_PANEL_EDGES);
    for (size_t i = 0; i < hp_record_count(record, HP_ROW_PANEL_EDGES); i++) {
        size_t at = i < (size_t)nodes->panels ? i : (size_t)nodes->panels;
        edge[i] = nodes->edge[at] * length_fm;
    }
    *hp_record_at(record, vector, HP_ROW_PANEL_ORDER) = nodes->order;
    *hp_record_at(record, vector, HP_ROW_NODES_ERROR) = error_deg;
}

hp_status hp_stored_nodes_take(const hp_quadrature *nodes, double length_fm,
                               const hp_record *record, const double *vector, bool *changed,
                               hp_quadrature *grid, double *error_deg, hp_error *err) {
    hp_status status = HP_OK;
    const double *stored = hp_record_read(record, vector, HP_ROW_PANEL_EDGES);
    int most = (int)hp_record_count(record, HP_ROW_PANEL_EDGES), panels = 0;
    int order = (int)*hp_record_read(record, vector, HP_ROW_PANEL_ORDER);
    double *edge = NULL;
    HP_NEW(edge, most);
    for (int i = 0; i < most; i++) edge[i] = stored[i] / length_fm;
    while (panels + 1 < most && edge[panels + 1] > edge[panels]) panels++;
    *error_deg = *hp_record_read(record, vector, HP_ROW_NODES_ERROR);
    *changed = nodes->panels != panels || nodes->order != order ||
               memcmp(nodes->edge, edge, ((size_t)panels + 1) * sizeof *edge) != 0;
    if (*changed) HP_TRY(hp_quadrature_create_panels(edge, panels, order, grid, err));
cleanup:
    hp_free(edge);
    return status;
}

hp_status hp_second_nodes_create(const hp_quadrature *nodes, hp_quadrature *second, hp_error *err) {
    enum { MORE = 4 };
    int order = nodes->order + (nodes->order + MORE <= HP_MAX_ORDER ? MORE : -MORE);
    return hp_quadrature_create_panels(nodes->edge, nodes->panels, order, second, err);
}
