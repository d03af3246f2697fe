#include "sample_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "freshet/core/rng.hpp"

namespace freshet::samples {
namespace {

struct Place {
  double latitude;
  double longitude;
};

/// A coarse outline of the contiguous USA, a little inside its borders.
constexpr std::array<Place, 17> kOutline{{{48.3, -123.2},
                                          {48.5, -95.5},
                                          {46.4, -90.2},
                                          {43.2, -87.8},
                                          {42.2, -83.6},
                                          {41.6, -81.0},
                                          {43.4, -76.2},
                                          {46.8, -69.4},
                                          {44.6, -68.2},
                                          {41.4, -72.2},
                                          {35.6, -77.2},
                                          {31.4, -81.8},
                                          {30.6, -88.2},
                                          {29.8, -94.2},
                                          {31.9, -106.0},
                                          {33.2, -116.6},
                                          {40.3, -123.6}}};

bool inside(const Place& place) {
  bool in = false;
  for (std::size_t i = 0, j = kOutline.size() - 1; i < kOutline.size(); j = i++) {
    const Place &a = kOutline[i], &b = kOutline[j];
    if ((a.latitude > place.latitude) == (b.latitude > place.latitude)) continue;
    const double crossing = a.longitude + (place.latitude - a.latitude) / (b.latitude - a.latitude) * (b.longitude - a.longitude);
    if (place.longitude < crossing) in = !in;
  }
  return in;
}

Place draw_place(RngStream& rng) {
  while (true) {
    const Place place{29 + 20 * rng.uniform(), -124 + 57 * rng.uniform()};
    if (inside(place)) return place;
  }
}

/// 0 (wet) to 1 (dry): the dry west of the middle, with a wet coast.
double dryness(const Place& place) {
  const double interior = std::exp(-std::pow((place.longitude + 107) / 11, 2));
  return std::clamp(0.15 + 0.8 * interior + 0.01 * (38 - place.latitude), 0.05, 0.97);
}

struct Catchment {
  double wet_chance, mean_depth, mean_temperature, demand, fast_days, slow_days, fast_share;
};

Catchment draw_catchment(const Place& place, RngStream& rng) {
  const double dry = dryness(place);
  return {0.5 - 0.36 * dry,          9 - 3 * dry + rng.normal(), 27 - 0.55 * (place.latitude - 28) - 4 * dry,
          2.2 + 2.2 * dry,           1.5 + 3 * rng.uniform(),    25 + 60 * rng.uniform(),
          0.25 + 0.4 * rng.uniform()};
}

struct Weather {
  std::vector<float> precipitation;
  std::vector<double> temperature;
};

Weather draw_weather(const Catchment& catchment, const TimeAxis& axis, RngStream& rng) {
  Weather weather;
  bool wet = false;
  for (std::int64_t i = 0; i < axis.size; ++i) {
    const double season = std::cos(2 * std::numbers::pi * (day_of_year(axis.at(i)) - 200) / 365.25);
    wet = rng.uniform() < (wet ? 0.25 : 0.0) + 0.75 * catchment.wet_chance;
    weather.precipitation.push_back(wet ? static_cast<float>(rng.gamma(0.75, catchment.mean_depth / 0.75)) : 0.0f);
    weather.temperature.push_back(catchment.mean_temperature + 11 * season - (wet ? 1.5 : 0) + 3 * rng.normal());
  }
  return weather;
}

/// Discharge in mm/day from a snow pack, a soil store and two linear reservoirs.
std::vector<float> run_catchment(const Catchment& c, const Weather& weather) {
  std::vector<float> discharge;
  double snow = 0, soil = 60, fast = 0, slow = 20;
  for (std::size_t i = 0; i < weather.precipitation.size(); ++i) {
    const double temperature = weather.temperature[i], rain_or_snow = weather.precipitation[i];
    const double melt = std::min(snow, 2.8 * std::max(0.0, temperature));
    snow += (temperature < 0 ? rain_or_snow : 0) - melt;
    const double water = (temperature < 0 ? 0 : rain_or_snow) + melt;
    const double recharge = water * std::pow(std::min(1.0, soil / 160), 2);
    soil += water - recharge;
    soil -= std::min(soil, c.demand * std::max(0.0, temperature) / 20 * std::min(1.0, soil / 110));
    fast += c.fast_share * recharge;
    slow += (1 - c.fast_share) * recharge;
    const double flow = fast / c.fast_days + slow / c.slow_days;
    fast -= fast / c.fast_days;
    slow -= slow / c.slow_days;
    discharge.push_back(static_cast<float>(flow));
  }
  return discharge;
}

/// A gauge's record: multiplicative noise and a few gaps.
std::vector<float> gauge(const std::vector<float>& truth, RngStream& rng) {
  std::vector<float> observed = truth;
  for (float& value : observed) value *= static_cast<float>(std::exp(0.08 * rng.normal()));
  for (std::uint64_t gap = rng.below(4); gap > 0; --gap) {
    const std::size_t first = rng.below(observed.size());
    const std::size_t last = std::min(observed.size(), first + 5 + rng.below(120));
    std::fill(observed.begin() + first, observed.begin() + last, kMissing);
  }
  return observed;
}

/// Scores over the steps with an observation (Nash and Sutcliffe 1970; Gupta et al. 2009).
std::map<std::string, double> scores_of(const std::vector<float>& observed, const std::vector<float>& simulated) {
  double n = 0, o = 0, s = 0, oo = 0, ss = 0, os = 0, ee = 0;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    if (std::isnan(observed[i])) continue;
    const double x = observed[i], y = simulated[i];
    n += 1, o += x, s += y, oo += x * x, ss += y * y, os += x * y, ee += (y - x) * (y - x);
  }
  const double var_o = oo / n - o * o / n / n, var_s = ss / n - s * s / n / n, cov = os / n - o * s / n / n;
  const double r = cov / std::sqrt(var_o * var_s), alpha = std::sqrt(var_s / var_o), beta = s / o;
  return {{"nse", 1 - ee / n / var_o},
          {"kge_2009", 1 - std::sqrt((r - 1) * (r - 1) + (alpha - 1) * (alpha - 1) + (beta - 1) * (beta - 1))},
          {"correlation", r},
          {"alpha", alpha},
          {"beta", beta},
          {"rmse", std::sqrt(ee / n)},
          {"pbias", 100 * (beta - 1)}};
}

/// What a model might say: the catchment with other parameters, its errors growing with dryness.
std::vector<float> simulate(Catchment catchment, const Weather& weather, double dry, RngStream& rng) {
  const double error = 0.12 + 0.33 * dry * dry + 0.1 * rng.uniform();
  catchment.demand *= std::exp(error * rng.normal());
  catchment.fast_days *= std::exp(0.5 * error * rng.normal() + 0.1);
  catchment.fast_share *= std::exp(-0.5 * error * std::abs(rng.normal()));
  std::vector<float> simulated = run_catchment(catchment, weather);
  double drift = 0;
  for (float& value : simulated) {
    drift = 0.9 * drift + 0.44 * 1.1 * error * rng.normal();
    value *= static_cast<float>(std::exp(drift));
  }
  return simulated;
}

std::vector<float> persistence(const std::vector<float>& observed) {
  std::vector<float> simulated(observed.size(), observed.front());
  for (std::size_t i = 3; i < observed.size(); ++i)
    simulated[i] = std::isnan(observed[i - 3]) ? simulated[i - 1] : observed[i - 3];
  if (std::isnan(observed.front())) std::fill_n(simulated.begin(), 3, 0.0f);
  for (float& value : simulated) value = std::isnan(value) ? 0.0f : value;
  return simulated;
}

constexpr std::array<const char*, 12> kRivers{"Alder", "Beaver", "Clear", "Deer",    "Elk",    "Fox",
                                              "Grand", "Heron",  "Iron",  "Juniper", "Kettle", "Little"};
constexpr std::array<const char*, 4> kKinds{"Creek", "River", "Brook", "Fork"};
constexpr std::array<const char*, 8> kTowns{"Ashford", "Bridgewater", "Cedar Falls", "Dover",
                                            "Eastman", "Fairview",    "Glenwood",    "Hartley"};

BasinResult made_up_basin(int number, const TimeAxis& axis, std::uint64_t seed, ComparisonResult& baseline) {
  RngStream rng(seed, RngUse::kSynthetic, static_cast<std::uint64_t>(number));
  const Place place = draw_place(rng);
  const Catchment catchment = draw_catchment(place, rng);
  const Weather weather = draw_weather(catchment, axis, rng);
  BasinResult basin;
  basin.id = fmt::format("{}", 90000000 + number);
  basin.name = fmt::format("{} {} near {}", kRivers[rng.below(kRivers.size())], kKinds[rng.below(kKinds.size())],
                           kTowns[rng.below(kTowns.size())]);
  basin.latitude = place.latitude;
  basin.longitude = place.longitude;
  basin.area_km2 = std::exp(3 + 4.5 * rng.uniform());
  basin.axis = axis;
  basin.observed = gauge(run_catchment(catchment, weather), rng);
  basin.simulated = simulate(catchment, weather, dryness(place), rng);
  basin.precipitation = weather.precipitation;
  basin.scores = scores_of(basin.observed, basin.simulated);
  for (const auto& [metric, value] : scores_of(basin.observed, persistence(basin.observed)))
    baseline.scores[metric][basin.id] = value;
  return basin;
}

void add_training(RunResult& run) {
  run.validation_metric = "nse";
  for (int epoch = 1; epoch <= 30; ++epoch) {
    const double wobble = 0.006 * std::sin(7.3 * epoch) + 0.004 * std::sin(2.1 * epoch * epoch);
    const double rate = epoch <= 12 ? 1e-3 : epoch <= 22 ? 5e-4 : 1e-4;
    const double validation = epoch % 2 == 0 ? 0.75 - 0.52 * std::exp(-0.22 * epoch) + wobble : kMissing;
    run.epochs.push_back({epoch, 0.11 + 0.5 * std::exp(-0.2 * epoch) + 0.4 * wobble, validation, rate, 21.4 + wobble * 100});
  }
}

/// Two searches of each basin; the second parameter, on a logarithmic scale, hardly matters.
void add_calibration(RunResult& run, std::uint64_t seed) {
  run.calibration.method = "sce_ua";
  run.calibration.objective = "nse";
  run.calibration.parameters = {
      {.name = "fc", .unit = "mm", .meaning = "largest storage of the soil", .lower = 50, .upper = 1000},
      {.name = "k", .unit = "1/day", .meaning = "outflow", .lower = 0.001, .upper = 1, .logarithmic = true}};
  RngStream rng(seed, RngUse::kSynthetic, 77);
  for (const BasinResult& basin : run.basins) {
    for (const std::int64_t search_seed : {1, 2}) {
      SearchResult search{.seed = search_seed, .objective = 0.2, .evaluations = 300, .best = {400, 0.03}};
      search.points.resize(2);
      for (int i = 1; i <= 200; ++i) {
        const double u = rng.uniform(), v = rng.uniform();
        search.objectives.push_back(static_cast<float>(0.2 + (u - 0.37) * (u - 0.37) + 0.01 * v));
        search.points[0].push_back(static_cast<float>(50 + 950 * u));
        search.points[1].push_back(static_cast<float>(0.001 * std::pow(1000, v)));
        if (i % 20 == 1) search.improvements.emplace_back(i, 0.2 + 0.5 / i);
      }
      run.calibration.searches[basin.id].push_back(std::move(search));
    }
  }
}

/// A snowpack of which every third basin has no observations, and which is late and too small.
void add_state(RunResult& run) {
  StateResult state{.name = "snowpack",
                    .unit = "mm",
                    .metrics = {"days", "mean_observed", "mean_simulated", "bias", "pearson_r", "spearman_r", "water_years",
                                "years_kept", "peak_ratio", "peak_days", "melt_out_days"},
                    .scores = {},
                    .axis = run.basins.front().axis,
                    .mean_observed = {},
                    .mean_simulated = {},
                    .mean_pearson_r = 0.987,
                    .mean_days = run.basins.front().axis.size};
  for (std::int64_t t = 0; t < state.axis.size; ++t) {
    const auto season = [&](double delay) {
      return std::max(0.0, std::cos(2 * std::numbers::pi * (day_of_year(state.axis.at(t)) - 60 - delay) / 365.25));
    };
    state.mean_observed.push_back(t == 40 ? kMissing : static_cast<float>(200 * season(0)));
    state.mean_simulated.push_back(t == 40 ? kMissing : static_cast<float>(160 * season(9)));
  }
  for (std::size_t b = 0; b < run.basins.size(); ++b) {
    if (b % 3 == 2) continue;
    const double r = 1 - 0.008 * static_cast<double>(b);
    state.scores[run.basins[b].id] = {3652, 50, 40, -10, r, r - 0.01, 10, 0, 0.8, 9, b == 0 ? kMissing : 11.5};
  }
  run.states = {state};
}

/// Three parameters: one with every tenth basin on its upper bound, one on a logarithmic scale that the first basin lacks and the
/// second has beyond the range, and one that hardly varies.
void add_parameters(RunResult& run) {
  run.parameters = {
      {.parameter = {.name = "fc", .unit = "mm", .meaning = "largest storage of the soil", .lower = 50, .upper = 1000},
       .values = {}},
      {.parameter = {.name = "k", .unit = "1/day", .meaning = "outflow", .lower = 0.001, .upper = 1, .logarithmic = true},
       .values = {}},
      {.parameter = {.name = "beta", .unit = "-", .meaning = "shape of the recharge", .lower = 1, .upper = 6}, .values = {}}};
  for (std::size_t b = 0; b < run.basins.size(); ++b) {
    const double u = 0.05 + 0.9 * static_cast<double>(b * 37 % 120) / 120;
    const std::string& id = run.basins[b].id;
    run.parameters[0].values[id] = b % 10 == 0 ? 1000 : 50 + 950 * u;
    if (b > 0) run.parameters[1].values[id] = b == 1 ? 1.1 : 0.001 * std::pow(1000, u);
    run.parameters[2].values[id] = 2 + 0.1 * u;
  }
}

constexpr const char* kConfig = R"(experiment_name: virtual_basins_lstm
model: lstm
hidden_size: 128
initial_forget_bias: 3
output_dropout: 0.4

train_start_date: 1999-10-01
train_end_date: 2008-09-30
test_start_date: 1989-10-01
test_end_date: 1999-09-30

loss: nse
optimizer: adam
learning_rate:
  0: 1e-3
  12: 5e-4
  22: 1e-4
epochs: 30
batch_size: 32
seed: 1

dynamic_inputs: [prcp, srad, tmax, tmin, vp]
target_variables: [discharge]
)";

}  // namespace

RunResult made_up_run(int basins, int years, std::uint64_t seed) {
  RunResult run;
  run.title = fmt::format("Regional LSTM on {} virtual basins", basins);
  run.subtitle = "One network for all basins, trained on nine years and judged on ten it never saw.";
  run.synthetic = true;
  run.summary = {{"Model", "LSTM, 128 units, 86,657 parameters"},
                 {"Loss", "NSE, weighted by basin"},
                 {"Training", "1999-10-01 to 2008-09-30"},
                 {"Inputs", "5 forcings, 27 attributes"},
                 {"Seed", "1"},
                 {"Wall time", "10 min 42 s on 2 cores"}};
  run.metrics = {"nse", "kge_2009", "correlation", "alpha", "beta", "pbias", "rmse"};
  const Time first = make_day(1989, 10, 1);
  const TimeAxis axis{first, kMinutesPerDay, (make_day(1989 + years, 10, 1).minutes - first.minutes) / kMinutesPerDay};
  run.comparisons = {{.name = "Persistence, 3 days"}};
  for (int i = 1; i <= basins; ++i) run.basins.push_back(made_up_basin(i, axis, seed, run.comparisons.front()));
  add_training(run);
  add_calibration(run, seed);
  add_state(run);
  add_parameters(run);
  run.config_yaml = kConfig;
  run.data_notes = {"Made-up weather and discharge; no basin of this report exists.",
                    fmt::format("{} basins, daily steps, gaps of up to 125 days in the observations.", basins),
                    "Negative simulated discharge was clipped to zero on 0 days."};
  return run;
}

RunResult bare_run() {
  RunResult run;
  run.title = "One basin, nothing else";
  BasinResult basin{.id = "lonely"};
  basin.axis = {make_day(2001, 1, 1), kMinutesPerDay, 400};
  basin.observed.assign(400, kMissing);
  for (int i = 0; i < 400; ++i) basin.simulated.push_back(static_cast<float>(1 + std::sin(i / 30.0)));
  basin.scores["nse"] = kMissing;
  run.basins.push_back(basin);
  return run;
}

RunResult hostile_run() {
  RunResult run = made_up_run(6, 1, 5);
  const std::string text = "<script>window.hacked = 1</script> & \"quotes\" 'single' {{data}} </script><!-- ";
  run.title = text;
  run.subtitle = text;
  run.summary = {{text, text}};
  run.config_yaml = "note: \"" + text + "\"\nlist: [1, 2]\n";
  run.data_notes = {text, "not UTF-8: \xff\xfe."};
  run.comparisons.front().name = text;
  run.states.front().name = text;
  run.states.push_back(run.states.front());
  run.parameters[0].parameter.name = run.parameters[0].parameter.unit = run.parameters[0].parameter.meaning = text;
  run.parameters[1].values[run.basins[2].id] = -3;
  run.parameters[2].values = {{"stranger", 1}};
  run.basins[0].id = "<b>&\"'#=%+ é";
  run.basins[0].name = "<img src=x onerror=\"window.hacked=1\"></script>";
  run.basins[1].simulated.assign(run.basins[1].simulated.size(), 2.5f);
  run.basins[2].simulated[3] = 3e38f;
  run.basins[2].simulated[4] = std::numeric_limits<float>::infinity();
  for (float& value : run.basins[3].simulated) value -= 1;
  run.basins[4].axis = {make_day(1999, 1, 1), 60, run.basins[4].axis.size};
  run.basins[5].axis.size = 0;
  run.basins[5].observed = run.basins[5].simulated = run.basins[5].precipitation = {};
  run.basins[5].scores = {{"nse", -1e9}};
  return run;
}

RunResult world_run() {
  RunResult run = made_up_run(40, 2, 9);
  run.title = "Forty basins on four continents";
  constexpr std::array<Place, 4> kCentres{{{47, 8}, {-23, -50}, {-33, 148}, {40, -95}}};
  RngStream rng(3, RngUse::kSynthetic);
  for (std::size_t i = 0; i < run.basins.size(); ++i) {
    run.basins[i].latitude = kCentres[i % 4].latitude + 3 * rng.normal();
    run.basins[i].longitude = kCentres[i % 4].longitude + 5 * rng.normal();
  }
  run.metrics = {"pbias", "nse", "rmse"};
  run.main_metric = "pbias";
  return run;
}

}  // namespace freshet::samples
