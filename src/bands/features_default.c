// SPDX-License-Identifier: GPL-3.0-or-later
#include "hadpot/features.h"

/* Geometric, ends included. */
static const double local[] = {0.12,
                               0.151861751292922,
                               0.192183262547944,
                               0.243210723497652,
                               0.307786720029767,
                               0.389508586070205,
                               0.492928800202093,
                               0.623808590511739,
                               0.78943887522235,
                               0.999046417749838,
                               1.26430782185342,
                               1.6};
static const double separable[] = {0.06,
                                   0.0920476442780634,
                                   0.141212813619015,
                                   0.21663844725846,
                                   0.332350978836645,
                                   0.509868744590362,
                                   0.782203613842607,
                                   1.2};
static const double envelope[] = {
    0.25, 0.352839838053499, 0.497983805270478, 0.702834100819602, 0.99195148124666, 1.4};
static const double band[] = {0.15, 0.22, 0.3, 0.45, 0.6};

const hp_features_options hp_features_default_fm = {.local = {12, local},
                                                    .separable = {8, separable},
                                                    .band = {5, band},
                                                    .envelope = {6, envelope}};
const double hp_features_default_amplitude_mev = 40.0;
