#include "freshet/workflow/crossval_options.hpp"

namespace freshet {

const FieldTable<CrossvalOptions>& crossval_fields() {
  using O = CrossvalOptions;
  const char* g = "Cross-validation";
  static const FieldTable<O> table = {
      field(
          g, "fold_by", &O::fold_by,
          {.doc = "What `freshet crossval` holds out of training in each fold. random: basins drawn by `fold_seed`. region: all "
                  "basins of a region. time: a block of the training period. random_and_time, region_and_time: both; neither the "
                  "tested basins nor the tested days were trained on.",
           .choices = {"random", "region", "time", "random_and_time", "region_and_time"}}),
      field(g, "folds", &O::folds,
            {.doc = "Number of groups of basins; none: 5, and by region one for each region. Fewer than there are regions: whole "
                    "regions are put together into groups of about the same size.",
             .min = 2,
             .max = 100000}),
      field(
          g, "fold_seed", &O::fold_seed,
          {.doc = "Seed by which basins are drawn into folds. The same basins and seed give the same folds, whatever `seed` is.",
           .min = 0}),
      field(g, "region_attribute", &O::region_attribute,
            {.doc = "Attribute that says which region a basin is in, text or number, e.g. huc_02 of CAMELS-US."}),
      field(g, "region_file", &O::region_file, {.doc = "CSV file with the columns basin and region, instead of an attribute."}),
      field(g, "time_blocks", &O::time_blocks,
            {.doc = "Number of blocks the training period is cut into, at whole years from its first day where it has enough of "
                    "them. The test period of the configuration is not used then.",
             .min = 2,
             .max = 1000}),
      field(g, "time_gap_days", &O::time_gap_days,
            {.doc = "Days on either side of the tested block that are not trained on either.", .min = 0, .max = 36500}),
      field(g, "fold_validation_basins", &O::fold_validation_basins,
            {.doc =
                 "How many of a fold's training basins are drawn for validation instead, so that stopping and choosing never see "
                 "the basins held out. 0: as `validation_basin_file` says, less the basins held out.",
             .min = 0,
             .max = 100000}),
  };
  return table;
}

}  // namespace freshet
