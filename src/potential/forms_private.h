// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside of forms.h: what is known about each kind of term, and tables. */
#ifndef HADPOT_POTENTIAL_FORMS_PRIVATE_H
#define HADPOT_POTENTIAL_FORMS_PRIVATE_H

#include <gsl/gsl_spline.h>
#include <gsl/gsl_spline2d.h>
#include "hadpot/forms.h"

/* Panels of this many nodes are as long as `panel` of a kind says; others in proportion. */
enum { HP_FORMS_USUAL_ORDER = 16 };

typedef struct hp_form_term {
    hp_form_kind kind;
    double p[HP_FORM_PARAMETERS];
    double reach; /* where it has become negligible */
} hp_form_term;

/* What a term is part of. */
typedef enum hp_form_part { HP_FORM_V, HP_FORM_U, HP_FORM_V2 } hp_form_part;

/* value: V(r) [MeV], 4 pi r r' U(r,r') [MeV/fm] or V2(r) [MeV fm^2]. tail: length over which it
 * falls. Length at r of a panel whose nodes resolve it: a part of the tail (infinite: any), or
 * panel. h: hbar^2/2mu. */
typedef struct hp_form_class {
    hp_form_part part;
    bool positive[HP_FORM_PARAMETERS]; /* must be > 0; others may have any sign */
    int count;                         /* of parameters */
    double (*value)(const double *p, double h, double r, double rp);
    double (*tail)(const double *p);
    double panel_part;
    double (*panel)(const double *p, double r);      /* NULL: panel_part */
    double (*partner)(const double *p, double r);    /* the r' where U(r,r') is largest at large r;
                                                        NULL: where its panels begin */
    double (*derivative)(const double *p, double r); /* V2'(r); NULL for other parts */
} hp_form_class;

extern const hp_form_class hp_form_classes[HP_NFORM];

/* The formula of each kind and the units of its parameters. */
extern const char *const hp_form_text[HP_NFORM];

/* The distance beyond which a term is negligible. */
double hp_form_reach(const hp_form_term *term, double h);

/* A table of V or U: splines of one of them, through the points of each view (forms.h). label:
 * owned, for messages. */
typedef struct hp_form_table {
    char *label;
    bool is_nonlocal;
    int n;
    double *r; /* (n) ascending */
    gsl_spline *local[HP_FORMS_CONTINUED];
    gsl_spline2d *nonlocal[HP_FORMS_CONTINUED];
} hp_form_table;

/* Points that cubic and bicubic splines need. */
enum { HP_FORM_TABLE_MIN_LOCAL = 3, HP_FORM_TABLE_MIN_NONLOCAL = 4 };

/* What a table is made from: V (n) or U (n, n) at the radii. */
typedef struct hp_form_points {
    const char *label;
    bool nonlocal;
    int n;
    const double *r, *value;
} hp_form_points;

/* Copies everything. table: out, after a failure too for hp_form_table_destroy. */
hp_status hp_form_table_create(const hp_form_points *points, hp_form_table *table, hp_error *err);
void hp_form_table_destroy(hp_form_table *table);

/* V(r), or U(r,r'). */
double hp_form_table_local(const hp_form_table *table, hp_form_view view, double r);
double hp_form_table_nonlocal(const hp_form_table *table, hp_form_view view, double r, double rp);

struct hp_forms {
    double h;
    int nterm, ntable;
    hp_form_term *term;   /* (nterm) */
    hp_form_table *table; /* (ntable) */
};

/* V(r), 4 pi r r' U(r,r') or V2(r), tables as in a view. */
double hp_forms_value(const hp_forms *forms, hp_form_view view, hp_form_part part, double r,
                      double rp);

/* V at the end of a range without the wells that end there. */
double hp_forms_local_beyond(const hp_forms *forms, double end);

/* A Yukawa term is infinite at 0, where u = 0: smaller distances count as this one. */
#define HP_FORMS_SMALLEST_R 1e-150

#endif
