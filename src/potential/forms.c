// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/forms.h"
#include <math.h>
#include <string.h>
#include "forms_private.h"
#include "hadpot/memory.h"

/* A Yukawa term is infinite at 0, where u = 0: smaller distances count as this one. */
static const double SMALLEST_R = 1e-150;

static const char *const kind_text[] = {
#define X(kind, text) text,
    HP_FORM_LIST(X)
#undef X
};

static hp_status check_term(const hp_form_term *term, hp_error *err) {
    const hp_form_class *class = &hp_form_classes[term->kind];
    for (int i = 0; i < class->count; i++) {
        HP_REQUIRE(isfinite(term->p[i]), HP_ERR_INPUT, "%s: parameter %d is not finite",
                   kind_text[term->kind], i + 1);
        HP_REQUIRE(term->p[i] > 0 || !class->positive[i], HP_ERR_INPUT,
                   "%s: parameter %d must be > 0, found %g", kind_text[term->kind], i + 1,
                   term->p[i]);
    }
    return HP_OK;
}

/* Room for one more element behind the first `count` of an array. */
static hp_status make_room(void **array, int count, int *room, size_t size, hp_error *err) {
    if (count < *room) return HP_OK;
    size_t more = 2 * (size_t)count + 4;
    void *larger = hp_alloc(more, size);
    HP_REQUIRE(larger != NULL, HP_ERR_MEMORY, "no memory for %zu terms of a potential", more);
    if (count > 0) memcpy(larger, *array, (size_t)count * size);
    hp_free(*array);
    *array = larger;
    *room = (int)more;
    return HP_OK;
}

hp_status hp_forms_add(hp_forms *forms, hp_form_kind kind,
                       const double parameter[HP_FORM_PARAMETERS], hp_error *err) {
    hp_form_term term = {.kind = kind};
    memcpy(term.p, parameter, sizeof term.p);
    HP_CALL(check_term(&term, err));
    term.reach = hp_form_reach(&term, forms->h);
    HP_CALL(make_room((void **)&forms->term, forms->nterm, &forms->room_for_terms,
                      sizeof *forms->term, err));
    forms->term[forms->nterm++] = term;
    return HP_OK;
}

static hp_status add_table(hp_forms *forms, const hp_form_points *points, hp_error *err) {
    hp_status status = HP_OK;
    hp_form_table table = {0};
    HP_TRY(hp_form_table_create(points, &table, err));
    HP_TRY(make_room((void **)&forms->table, forms->ntable, &forms->room_for_tables,
                     sizeof *forms->table, err));
    forms->table[forms->ntable++] = table;
cleanup:
    if (status != HP_OK) hp_error_add_context(err, "%s", points->label);
    if (status != HP_OK) hp_form_table_destroy(&table);
    return status;
}

hp_status hp_forms_add_local_table(hp_forms *forms, const char *label, int n, const double *r,
                                   const double *V, hp_error *err) {
    return add_table(forms, &(hp_form_points){label, false, n, r, V}, err);
}

hp_status hp_forms_add_nonlocal_table(hp_forms *forms, const char *label, int n, const double *r,
                                      const double *U, hp_error *err) {
    return add_table(forms, &(hp_form_points){label, true, n, r, U}, err);
}

double hp_forms_hbar2_over_2mu(const hp_forms *forms) {
    return forms->h;
}

bool hp_forms_has_local(const hp_forms *forms) {
    for (int i = 0; i < forms->nterm; i++)
        if (!hp_form_classes[forms->term[i].kind].nonlocal) return true;
    for (int i = 0; i < forms->ntable; i++)
        if (!forms->table[i].is_nonlocal) return true;
    return false;
}

bool hp_forms_has_nonlocal(const hp_forms *forms) {
    for (int i = 0; i < forms->nterm; i++)
        if (hp_form_classes[forms->term[i].kind].nonlocal) return true;
    for (int i = 0; i < forms->ntable; i++)
        if (forms->table[i].is_nonlocal) return true;
    return false;
}

static double local_in(const hp_forms *forms, hp_form_view view, double r) {
    double sum = 0;
    for (int i = 0; i < forms->nterm; i++) {
        const hp_form_class *class = &hp_form_classes[forms->term[i].kind];
        if (!class->nonlocal) sum += class->value(forms->term[i].p, forms->h, r, 0);
    }
    for (int i = 0; i < forms->ntable; i++)
        if (!forms->table[i].is_nonlocal) sum += hp_form_table_local(&forms->table[i], view, r);
    return sum;
}

double hp_forms_local(const hp_forms *forms, double r) {
    return local_in(forms, HP_FORMS_GIVEN, r);
}

static double nonlocal_in(const hp_forms *forms, hp_form_view view, double r, double rp) {
    double sum = 0;
    for (int i = 0; i < forms->nterm; i++) {
        const hp_form_class *class = &hp_form_classes[forms->term[i].kind];
        if (class->nonlocal) sum += class->value(forms->term[i].p, forms->h, r, rp);
    }
    for (int i = 0; i < forms->ntable; i++)
        if (forms->table[i].is_nonlocal)
            sum += 4 * M_PI * r * rp * hp_form_table_nonlocal(&forms->table[i], view, r, rp);
    return sum;
}

double hp_forms_nonlocal(const hp_forms *forms, double r, double rp) {
    return nonlocal_in(forms, HP_FORMS_GIVEN, r, rp);
}

double hp_forms_reach(const hp_forms *forms) {
    double reach = 0;
    for (int i = 0; i < forms->nterm; i++) reach = fmax(reach, forms->term[i].reach);
    for (int i = 0; i < forms->ntable; i++)
        reach = fmax(reach, forms->table[i].r[forms->table[i].n - 1]);
    return reach;
}

void hp_forms_fill(const hp_forms *forms, const hp_quadrature *grid, double *local,
                   double *kernel) {
    hp_forms_fill_view(forms, HP_FORMS_GIVEN, grid, local, kernel);
}

double hp_forms_view_part(const hp_forms *forms, hp_form_view view) {
    static const double part[] = {0, 1 / 3.0, 1 / 3.0, 2};
    bool other = false;
    for (int i = 0; i < forms->ntable; i++)
        other |= view != HP_FORMS_CONTINUED || forms->table[i].r[0] > 0;
    return other ? part[view] : 0;
}

void hp_forms_fill_view(const hp_forms *forms, hp_form_view view, const hp_quadrature *grid,
                        double *local, double *kernel) {
    size_t n = (size_t)grid->n;
    for (size_t i = 0; local != NULL && i < n; i++)
        local[i] = local_in(forms, view, grid->r[i]) / forms->h;
    for (size_t i = 0; kernel != NULL && i < n; i++)
        for (size_t j = 0; j <= i; j++)
            kernel[i * n + j] = kernel[j * n + i] =
                nonlocal_in(forms, view, grid->r[i], grid->r[j]) / forms->h;
}

void hp_forms_local_at(double r, double *w, double *s, void *forms) {
    const hp_forms *sum = forms;
    *w = hp_forms_local(sum, fmax(r, SMALLEST_R)) / sum->h;
    *s = 0;
}

hp_status hp_forms_create(double h, hp_forms **forms, hp_error *err) {
    *forms = NULL;
    HP_REQUIRE(isfinite(h) && h > 0, HP_ERR_INPUT,
               "hbar^2/(2 mu) must be positive and finite, found %g", h);
    HP_ALLOCATE(*forms, 1);
    (*forms)->h = h;
    return HP_OK;
}

void hp_forms_destroy(hp_forms **forms) {
    if (forms == NULL || *forms == NULL) return;
    for (int i = 0; i < (*forms)->ntable; i++) hp_form_table_destroy(&(*forms)->table[i]);
    hp_free((*forms)->table);
    hp_free((*forms)->term);
    hp_free(*forms);
    *forms = NULL;
}
