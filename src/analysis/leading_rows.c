// SPDX-License-Identifier: GPL-3.0-or-later
/* The leading-order matrix and its tests in the record: rows, and their values of a sample. */
#include <math.h>
#include "hadpot/leading_matrix.h"

/* V is V_C, V_T of S and D waves where sources are too few for a matrix. */
static bool is_tensor_alone(const hp_leading *leading) {
    return leading->tensor && leading->nsource < leading->ncomponent;
}

static hp_leading_columns columns_of(const hp_leading *leading, const double *R, const double *S) {
    return (hp_leading_columns){
        leading->ncomponent, leading->nradius, leading->nsource, leading->nt, R, S};
}

/* Sets with a matrix of their own. */
static int count_sets(const hp_leading *leading) {
    hp_leading_columns columns = columns_of(leading, NULL, NULL);
    if (leading->ncomponent == 1) return 0;
    return is_tensor_alone(leading) ? leading->nt : hp_leading_count_sets(&columns);
}

/* ---- rows ---- */

static const char *const of_matrix[3] = {"row", "column", "r"};
static const char *const of_flavour[3] = {"flavour_row", "flavour_column", "r"};
static const char *const of_radius[3] = {"r"};
static const char *const of_coupling[3] = {"coupling"};

/* Axes of a row of each set, and more. One set of all times has no axis t. */
static hp_row row_of(const hp_leading *leading, const char *path, const char *unit,
                     const char *text, const char *const more[3]) {
    hp_row row = {.path = path, .unit = unit, .text = text};
    int n = 0;
    bool joint = leading->nsource < leading->ncomponent && !is_tensor_alone(leading);
    if (!joint) row.axis[n++] = "t";
    for (int i = 0; i < 3 && more[i] != NULL; i++) row.axis[n++] = more[i];
    return row;
}

/* In a table: a matrix on components or on states of flavour, or one function of r. */
static void add_in_table(const hp_leading *leading, const char *path, const char *column,
                         const char *text, const char *const axes[3], hp_record *record) {
    hp_row row = row_of(leading, path, "MeV", text, axes);
    row.table = axes == of_flavour ? "flavour" : "potential";
    row.column = column;
    hp_record_add_rows(record, &row, 1);
}

/* States of channels.flavour_basis. */
static void add_flavour(const hp_leading *leading, hp_record *record) {
    hp_record_add_axis(record, of_flavour[0], (size_t)leading->ncomponent);
    hp_record_add_axis(record, of_flavour[1], (size_t)leading->ncomponent);
    hp_record_label(record, of_flavour[0],
                    &(hp_label){.column = "row", .name = leading->flavour_name});
    hp_record_label(record, of_flavour[1],
                    &(hp_label){.column = "column", .name = leading->flavour_name});
    hp_record_add_table(record, "flavour", HP_WIDE, "potentials between states of flavour");
    add_in_table(leading, HP_ROW_LOCALISED_FLAVOUR, "v_localised_mev",
                 "localised matrix in channels.flavour_basis, O V O^T", of_flavour, record);
    add_in_table(leading, HP_ROW_LO_FLAVOUR, "v_lo_mev",
                 "leading-order matrix in channels.flavour_basis, O V O^T", of_flavour, record);
}

static void add_matrices(const hp_leading *leading, hp_record *record) {
    add_in_table(leading, HP_ROW_LOCALISED_MATRIX, "v_localised_mev",
                 "localised matrix: prediction of S by the fit times R^-1", of_matrix, record);
    add_in_table(leading, HP_ROW_LO_MATRIX, "v_lo_mev", "leading-order matrix S R^-1", of_matrix,
                 record);
    if (leading->flavour != NULL) add_flavour(leading, record);
}

static void add_tensor(const hp_leading *leading, hp_record *record) {
    add_in_table(leading, HP_ROW_LOCALISED_VC, "vc_localised_mev",
                 "localised central potential, from the prediction of S", of_radius, record);
    add_in_table(leading, HP_ROW_LO_VC, "vc_lo_mev", "leading-order central potential", of_radius,
                 record);
    add_in_table(leading, HP_ROW_LOCALISED_VT, "vt_localised_mev",
                 "localised tensor potential, from the prediction of S", of_radius, record);
    add_in_table(leading, HP_ROW_LO_VT, "vt_lo_mev", "leading-order tensor potential", of_radius,
                 record);
    const hp_row rows[] = {
        row_of(leading, HP_ROW_LO_VEFF, "MeV",
               "effective central potential S/R of the 3S1 wave, first source", of_radius),
        row_of(leading, HP_ROW_LO_RESIDUAL, "1",
               "|S - V R|/|S| of V_C and V_T of all sources; 0 of one source", of_radius)};
    hp_record_add_rows(record, rows, 2);
}

static int count_couplings(const hp_leading *leading) {
    return leading->ncomponent * (leading->ncomponent - 1) / 2;
}

static void add_axes(const hp_leading *leading, hp_record *record) {
    int N = leading->ncomponent, n = 0, ncoupling = count_couplings(leading);
    const char **coupling = hp_record_room(record, (size_t)ncoupling, sizeof *coupling);
    if (coupling == NULL) return;
    for (int a = 0; a < N; a++)
        for (int d = a + 1; d < N; d++)
            coupling[n++] = hp_record_copy(record, "%s - %s", leading->name[a], leading->name[d]);
    hp_record_add_axis(record, "row", (size_t)N);
    hp_record_add_axis(record, "column", (size_t)N);
    hp_record_add_axis(record, "coupling", (size_t)ncoupling);
    hp_record_label(record, "row", &(hp_label){.column = "row", .name = leading->name});
    hp_record_label(record, "column", &(hp_label){.column = "column", .name = leading->name});
    hp_record_label(record, "coupling", &(hp_label){.column = "coupling", .name = coupling});
    hp_record_put_texts(record, hp_attribute("component"), leading->name, N);
}

/* Tests of matrices that are S R^-1. */
static void add_matrix_tests(const hp_leading *leading, hp_record *record) {
    const hp_row rows[] = {
        row_of(leading, HP_ROW_LO_DETERMINANT, "1",
               "determinant of R at each radius, its columns of length 1: near 0 the "
               "leading-order matrix is singular",
               of_radius),
        row_of(leading, HP_ROW_LO_ASYMMETRY, "1",
               "V_ad - V_da over the mean of both, at leading order, over fitted radii with the "
               "weight |R_a R_d|; non-local potentials have one, too",
               of_coupling)};
    hp_record_add_rows(record, rows, 2);
}

static void add_column_tests(const hp_leading *leading, hp_record *record) {
    const hp_row overlap = {
        HP_ROW_LO_OVERLAP, "1",
        "(<S_b,R_c> - <S_c,R_b>)/sqrt(|S_b||R_b||S_c||R_c|) of sources b and c: 0 of every "
        "hermitian potential within the radii",
        .axis = {"t", "source", "source"}};
    const hp_row cosine = {HP_ROW_LO_COSINE, "1", "cos(S,R) = <S,R>/(|S||R|) over the radii",
                           .axis = {"source", "t"}};
    if (leading->nsource > 1) hp_record_add_rows(record, &overlap, 1);
    hp_record_add_rows(record, &cosine, 1);
}

void hp_leading_describe(const hp_leading *leading, hp_record *record) {
    if (count_sets(leading) > 0) {
        add_axes(leading, record);
        add_matrices(leading, record);
        if (leading->tensor) add_tensor(leading, record);
        if (!is_tensor_alone(leading)) add_matrix_tests(leading, record);
    }
    add_column_tests(leading, record);
}

/* ---- values ---- */

/* Where the matrices of `V of what` go. */
typedef struct matrix_rows {
    double *matrix, *flavour, *vc, *vt;
} matrix_rows;

static void store_matrix(const hp_leading *leading, int set, int radius, const double *V,
                         double *to) {
    int N = leading->ncomponent;
    for (int k = 0; k < N * N; k++)
        to[((ptrdiff_t)set * N * N + k) * leading->nradius + radius] = leading->energy_mev * V[k];
}

/* V_SS, V_SD, V_DD of V_C and V_T. */
static void fill_tensor(const hp_tensor_potential *of, double V[4]) {
    V[0] = of->vc;
    V[1] = V[2] = sqrt(8.0) * of->vt;
    V[3] = of->vc - 2.0 * of->vt;
}

static hp_status compute_radius(const hp_leading *leading, const hp_leading_columns *columns,
                                int set, int radius, const matrix_rows *to, hp_error *err) {
    double V[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    ptrdiff_t at = (ptrdiff_t)set * leading->nradius + radius;
    if (leading->tensor && to->vc != NULL && set < leading->nt) {
        hp_tensor_potential tensor = hp_leading_tensor(columns, set, radius);
        to->vc[at] = leading->energy_mev * tensor.vc;
        to->vt[at] = leading->energy_mev * tensor.vt;
        fill_tensor(&tensor, V);
    }
    if (!is_tensor_alone(leading)) HP_CALL(hp_leading_solve(columns, set, radius, V, NULL, err));
    store_matrix(leading, set, radius, V, to->matrix);
    if (leading->flavour == NULL) return HP_OK;
    hp_leading_rotate(leading->flavour, leading->ncomponent, V);
    store_matrix(leading, set, radius, V, to->flavour);
    return HP_OK;
}

static hp_status compute_matrices(const hp_leading *leading, const hp_leading_columns *columns,
                                  const matrix_rows *to, hp_error *err) {
    for (int set = 0; set < count_sets(leading); set++)
        for (int r = 0; r < leading->nradius; r++)
            HP_CALL(compute_radius(leading, columns, set, r, to, err));
    return HP_OK;
}

static void compute_tensor_tests(const hp_leading *leading, const hp_leading_columns *columns,
                                 const hp_record *record, double *vector) {
    double *veff = hp_record_at(record, vector, HP_ROW_LO_VEFF);
    double *residual = hp_record_at(record, vector, HP_ROW_LO_RESIDUAL);
    for (int t = 0; t < leading->nt && veff != NULL; t++)
        for (int r = 0; r < leading->nradius; r++) {
            hp_tensor_potential tensor = hp_leading_tensor(columns, t, r);
            veff[t * leading->nradius + r] = leading->energy_mev * tensor.veff;
            residual[t * leading->nradius + r] = tensor.residual;
        }
}

/* sum over the columns of a set of |R_a R_d| at a radius; a set of one time, or of all. */
static double weight_of(const hp_leading_columns *columns, int set, int a, int d, int radius) {
    double sum = 0.0;
    bool by_time = columns->nsource >= columns->ncomponent;
    for (int c = 0; c < columns->nsource * columns->nt; c++) {
        const double *R = columns->R + (ptrdiff_t)c * columns->ncomponent * columns->nradius;
        if (by_time && c % columns->nt != set) continue;
        sum += fabs(R[a * columns->nradius + radius] * R[d * columns->nradius + radius]);
    }
    return sum;
}

static double asymmetry_of(const hp_leading *leading, const hp_leading_columns *columns, int set,
                           int a, int d, const double *V) {
    int N = leading->ncomponent, n = leading->nradius;
    double difference = 0.0, mean = 0.0;
    const double *upper = V + (((ptrdiff_t)set * N + a) * N + d) * n;
    const double *lower = V + (((ptrdiff_t)set * N + d) * N + a) * n;
    for (int r = 0; r < n; r++) {
        if (leading->fitted[r] == 0.0 || isnan(upper[r])) continue;
        double weight = leading->quadrature[r] * weight_of(columns, set, a, d, r);
        difference += weight * (upper[r] - lower[r]);
        mean += weight * fabs(upper[r] + lower[r]) / 2.0;
    }
    return difference / mean;
}

static hp_status compute_matrix_tests(const hp_leading *leading, const hp_leading_columns *columns,
                                      const hp_record *record, double *vector, hp_error *err) {
    double V[HP_MOST_COMPONENTS * HP_MOST_COMPONENTS];
    double *det = hp_record_at(record, vector, HP_ROW_LO_DETERMINANT);
    double *asymmetry = hp_record_at(record, vector, HP_ROW_LO_ASYMMETRY);
    const double *matrix = hp_record_at(record, vector, HP_ROW_LO_MATRIX);
    if (det == NULL) return HP_OK;
    for (int set = 0; set < count_sets(leading); set++) {
        for (int r = 0; r < leading->nradius; r++)
            HP_CALL(hp_leading_solve(columns, set, r, V, &det[set * leading->nradius + r], err));
        for (int a = 0; a < leading->ncomponent; a++)
            for (int d = a + 1; d < leading->ncomponent; d++)
                *asymmetry++ = asymmetry_of(leading, columns, set, a, d, matrix);
    }
    return HP_OK;
}

static void compute_column_tests(const hp_leading *leading, const hp_leading_columns *columns,
                                 const hp_record *record, double *vector) {
    int nsource = leading->nsource, nt = leading->nt;
    double *overlap = hp_record_at(record, vector, HP_ROW_LO_OVERLAP);
    double *cosine = hp_record_at(record, vector, HP_ROW_LO_COSINE);
    for (int c = 0; c < nsource * nt && cosine != NULL; c++)
        cosine[c] = hp_leading_cosine(columns, leading->quadrature, c);
    for (int i = 0; i < nt * nsource * nsource && overlap != NULL; i++) {
        int t = i / (nsource * nsource);
        int b = i / nsource % nsource * nt + t, c = i % nsource * nt + t;
        const double *q = leading->quadrature;
        double size = hp_leading_size(columns, q, b) * hp_leading_size(columns, q, c);
        overlap[i] = (hp_leading_overlap(columns, q, b, c) - hp_leading_overlap(columns, q, c, b)) /
                     sqrt(size);
    }
}

hp_status hp_leading_compute(const hp_leading *leading, const double *R, const double *S,
                             const double *prediction, const hp_record *record, double *vector,
                             hp_error *err) {
    const hp_leading_columns columns = columns_of(leading, R, S);
    static const char *const path[2][4] = {
        {HP_ROW_LO_MATRIX, HP_ROW_LO_FLAVOUR, HP_ROW_LO_VC, HP_ROW_LO_VT},
        {HP_ROW_LOCALISED_MATRIX, HP_ROW_LOCALISED_FLAVOUR, HP_ROW_LOCALISED_VC,
         HP_ROW_LOCALISED_VT}};
    for (int i = 0; i < 2; i++) {
        const hp_leading_columns of = columns_of(leading, R, i == 0 ? S : prediction);
        const matrix_rows to = {
            hp_record_at(record, vector, path[i][0]), hp_record_at(record, vector, path[i][1]),
            hp_record_at(record, vector, path[i][2]), hp_record_at(record, vector, path[i][3])};
        if (to.matrix == NULL) break;
        if (of.S != NULL) HP_CALL(compute_matrices(leading, &of, &to, err));
        for (int k = 0; k < 4 && of.S == NULL; k++) {
            double *row = hp_record_at(record, vector, path[i][k]);
            for (size_t j = 0; j < hp_record_count(record, path[i][k]); j++) row[j] = NAN;
        }
    }
    compute_tensor_tests(leading, &columns, record, vector);
    compute_column_tests(leading, &columns, record, vector);
    return compute_matrix_tests(leading, &columns, record, vector, err);
}
