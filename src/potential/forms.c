// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/forms.h"
#include <math.h>
#include <string.h>
#include "forms_private.h"
#include "hadpot/memory.h"

/* Where the sign of M = 1 + 4 mu V2 is looked at: V2 is a sum of Gaussians. */
enum { MASS_POINTS = 1000 };

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

hp_status hp_forms_add(hp_forms *forms, hp_form_kind kind, const double *parameter, hp_error *err) {
    hp_form_term term = {.kind = kind};
    memcpy(term.p, parameter, (size_t)hp_form_classes[kind].count * sizeof *term.p);
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

static hp_form_part part_of(const hp_form_table *table) {
    return table->is_nonlocal ? HP_FORM_U : HP_FORM_V;
}

static bool has_part(const hp_forms *forms, hp_form_part part) {
    bool has = false;
    for (int i = 0; i < forms->nterm; i++) has |= hp_form_classes[forms->term[i].kind].part == part;
    for (int i = 0; i < forms->ntable; i++) has |= part_of(&forms->table[i]) == part;
    return has;
}

bool hp_forms_has_local(const hp_forms *forms) {
    return has_part(forms, HP_FORM_V);
}

bool hp_forms_has_nonlocal(const hp_forms *forms) {
    return has_part(forms, HP_FORM_U);
}

bool hp_forms_has_mass(const hp_forms *forms) {
    return has_part(forms, HP_FORM_V2);
}

double hp_forms_value(const hp_forms *forms, hp_form_view view, hp_form_part part, double r,
                      double rp) {
    double sum = 0;
    for (int i = 0; i < forms->nterm; i++) {
        const hp_form_class *class = &hp_form_classes[forms->term[i].kind];
        if (class->part == part) sum += class->value(forms->term[i].p, forms->h, r, rp);
    }
    for (int i = 0; i < forms->ntable; i++) {
        const hp_form_table *table = &forms->table[i];
        if (part_of(table) != part) continue;
        sum += table->is_nonlocal ? 4 * M_PI * r * rp * hp_form_table_nonlocal(table, view, r, rp)
                                  : hp_form_table_local(table, view, r);
    }
    return sum;
}

double hp_forms_local(const hp_forms *forms, double r) {
    return hp_forms_value(forms, HP_FORMS_GIVEN, HP_FORM_V, r, 0);
}

double hp_forms_nonlocal(const hp_forms *forms, double r, double rp) {
    return hp_forms_value(forms, HP_FORMS_GIVEN, HP_FORM_U, r, rp);
}

double hp_forms_mass(const hp_forms *forms, double r, double *slope) {
    double sum = 0;
    for (int i = 0; i < forms->nterm && slope != NULL; i++) {
        const hp_form_class *class = &hp_form_classes[forms->term[i].kind];
        if (class->derivative != NULL) sum += class->derivative(forms->term[i].p, r);
    }
    if (slope != NULL) *slope = 2 * sum / forms->h;
    return 1 + 2 * hp_forms_value(forms, HP_FORMS_GIVEN, HP_FORM_V2, r, 0) / forms->h;
}

hp_status hp_forms_check_mass(const hp_forms *forms, hp_error *err) {
    double reach = hp_forms_reach(forms);
    for (int i = 0; i <= MASS_POINTS; i++) {
        double r = reach * i / MASS_POINTS, M = hp_forms_mass(forms, r, NULL);
        HP_REQUIRE(M > 0, HP_ERR_INPUT,
                   "1 + 4 mu V2 must be positive at all r, found %g at %.4g fm", M, r);
    }
    return HP_OK;
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

/* w and s. */
static double local_in(const hp_forms *forms, hp_form_view view, double r, double *s) {
    double slope, M = hp_forms_mass(forms, r, &slope), half = slope / (2 * M);
    if (s != NULL) *s = 1 - 1 / M;
    return hp_forms_value(forms, view, HP_FORM_V, r, 0) / forms->h / M - half * half;
}

void hp_forms_fill(const hp_forms *forms, hp_form_view view, const hp_quadrature *grid,
                   const hp_forms_on_grid *on) {
    size_t n = (size_t)grid->n;
    for (size_t i = 0; on->local != NULL && i < n; i++)
        on->local[i] = local_in(forms, view, grid->r[i], on->slope != NULL ? &on->slope[i] : NULL);
    for (size_t i = 0; on->kernel != NULL && i < n; i++) {
        double M = hp_forms_mass(forms, grid->r[i], NULL);
        for (size_t j = 0; j <= i; j++)
            on->kernel[i * n + j] = on->kernel[j * n + i] =
                hp_forms_value(forms, view, HP_FORM_U, grid->r[i], grid->r[j]) / forms->h /
                sqrt(M * hp_forms_mass(forms, grid->r[j], NULL));
    }
}

void hp_forms_local_at(double r, double *w, double *s, void *forms) {
    *w = local_in(forms, HP_FORMS_GIVEN, fmax(r, HP_FORMS_SMALLEST_R), s);
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
