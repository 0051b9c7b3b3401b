// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/forms.h"
#include <math.h>
#include <string.h>
#include "forms_private.h"
#include "hadpot/memory.h"

/* A Yukawa term is infinite at 0, where u = 0: smaller distances count as this one. */
static const double SMALLEST_R = 1e-150;

const char *const hp_form_text[HP_NFORM] = {
#define X(kind, text) text,
    HP_FORM_LIST(X)
#undef X
};

static hp_status check_term(const hp_form_term *term, hp_error *err) {
    const hp_form_class *class = &hp_form_classes[term->kind];
    for (int i = 0; i < class->count; i++) {
        HP_REQUIRE(isfinite(term->p[i]), HP_ERR_INPUT, "%s: parameter %d is not finite",
                   hp_form_text[term->kind], i + 1);
        HP_REQUIRE(term->p[i] > 0 || !class->positive[i], HP_ERR_INPUT,
                   "%s: parameter %d must be > 0, found %g", hp_form_text[term->kind], i + 1,
                   term->p[i]);
    }
    return HP_OK;
}

/* One more element at the end of an array; they are few. */
static hp_status append(void **array, int *count, const void *element, size_t size, hp_error *err) {
    char *longer = hp_alloc((size_t)*count + 1, size);
    HP_REQUIRE(longer != NULL, HP_ERR_MEMORY, "no memory for the terms of a potential");
    if (*count > 0) memcpy(longer, *array, (size_t)*count * size);
    memcpy(longer + (size_t)(*count)++ * size, element, size);
    hp_free(*array);
    *array = longer;
    return HP_OK;
}

hp_status hp_forms_add(hp_forms *forms, hp_form_kind kind,
                       const double parameter[HP_FORM_PARAMETERS], hp_error *err) {
    hp_form_term term = {.kind = kind};
    memcpy(term.p, parameter, sizeof term.p);
    HP_CALL(check_term(&term, err));
    term.reach = hp_form_reach(&term, forms->h);
    return append((void **)&forms->term, &forms->nterm, &term, sizeof term, err);
}

static hp_status add_table(hp_forms *forms, const hp_form_points *points, hp_error *err) {
    hp_status status = HP_OK;
    hp_form_table table = {0};
    HP_TRY(hp_form_table_create(points, &table, err));
    HP_TRY(append((void **)&forms->table, &forms->ntable, &table, sizeof table, err));
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

static bool has_part(const hp_forms *forms, bool nonlocal) {
    bool has = false;
    for (int i = 0; i < forms->nterm; i++)
        has |= hp_form_classes[forms->term[i].kind].nonlocal == nonlocal;
    for (int i = 0; i < forms->ntable; i++) has |= forms->table[i].is_nonlocal == nonlocal;
    return has;
}

bool hp_forms_has_local(const hp_forms *forms) {
    return has_part(forms, false);
}

bool hp_forms_has_nonlocal(const hp_forms *forms) {
    return has_part(forms, true);
}

/* V(r), or 4 pi r r' U(r,r'). */
static double value_in(const hp_forms *forms, hp_form_view view, bool nonlocal, double r,
                       double rp) {
    double sum = 0;
    for (int i = 0; i < forms->nterm; i++) {
        const hp_form_class *class = &hp_form_classes[forms->term[i].kind];
        if (class->nonlocal == nonlocal) sum += class->value(forms->term[i].p, forms->h, r, rp);
    }
    for (int i = 0; i < forms->ntable; i++) {
        const hp_form_table *table = &forms->table[i];
        if (table->is_nonlocal != nonlocal) continue;
        sum += nonlocal ? 4 * M_PI * r * rp * hp_form_table_nonlocal(table, view, r, rp)
                        : hp_form_table_local(table, view, r);
    }
    return sum;
}

double hp_forms_local(const hp_forms *forms, double r) {
    return value_in(forms, HP_FORMS_GIVEN, false, r, 0);
}

double hp_forms_nonlocal(const hp_forms *forms, double r, double rp) {
    return value_in(forms, HP_FORMS_GIVEN, true, r, rp);
}

double hp_forms_reach(const hp_forms *forms) {
    double reach = 0;
    for (int i = 0; i < forms->nterm; i++) reach = fmax(reach, forms->term[i].reach);
    for (int i = 0; i < forms->ntable; i++)
        reach = fmax(reach, forms->table[i].r[forms->table[i].n - 1]);
    return reach;
}

double hp_forms_view_part(const hp_forms *forms, hp_form_view view) {
    static const double part[] = {0, 1 / 3.0, 1 / 3.0, 2};
    bool other = false;
    for (int i = 0; i < forms->ntable; i++)
        other |= view != HP_FORMS_CONTINUED || forms->table[i].r[0] > 0;
    return other ? part[view] : 0;
}

void hp_forms_fill(const hp_forms *forms, hp_form_view view, const hp_quadrature *grid,
                   double *local, double *kernel) {
    size_t n = (size_t)grid->n;
    for (size_t i = 0; local != NULL && i < n; i++)
        local[i] = value_in(forms, view, false, grid->r[i], 0) / forms->h;
    for (size_t i = 0; kernel != NULL && i < n; i++)
        for (size_t j = 0; j <= i; j++)
            kernel[i * n + j] = kernel[j * n + i] =
                value_in(forms, view, true, grid->r[i], grid->r[j]) / forms->h;
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
