#include "freshet/metrics/signature_registry.hpp"

#include <array>
#include <limits>

#include "freshet/metrics/signatures.hpp"
#include "freshet/metrics/summary.hpp"

namespace freshet {
namespace {

using In = const SignatureInput&;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kCamelsAlpha = 0.925;
constexpr int kHourlyPasses = 9;

/// Three passes smooth a daily series; an hourly one needs nine (Ladson et al. 2013).
BaseflowFilter filter_for(const TimeAxis& axis, double alpha) {
  const bool is_hourly = axis.step_minutes <= 60;
  return {.alpha = alpha, .passes = is_hourly ? kHourlyPasses : BaseflowFilter{}.passes};
}

constexpr std::array kSignatures = {
    Signature{"high_q_freq", "Frequency of high flows", "days/year",
              [](In in) { return high_flow_frequency(in.axis, in.discharge); }},
    Signature{"high_q_dur", "Duration of high flows", "days", [](In in) { return high_flow_duration(in.axis, in.discharge); }},
    Signature{"low_q_freq", "Frequency of low flows", "days/year",
              [](In in) { return low_flow_frequency(in.axis, in.discharge); }},
    Signature{"low_q_dur", "Duration of low flows", "days", [](In in) { return low_flow_duration(in.axis, in.discharge); }},
    Signature{"zero_q_freq", "Share of steps without flow", "", [](In in) { return zero_flow_frequency(in.discharge); }},
    Signature{"q95", "Flow not exceeded 95 % of the time", "mm/day", [](In in) { return quantile_valid(in.discharge, 0.95); }},
    Signature{"q5", "Flow not exceeded 5 % of the time", "mm/day", [](In in) { return quantile_valid(in.discharge, 0.05); }},
    Signature{"q_mean", "Mean flow", "mm/day", [](In in) { return mean_valid(in.discharge); }},
    Signature{"hfd_mean", "Mean half-flow date", "days since 1 October",
              [](In in) { return half_flow_date(in.axis, in.discharge); }},
    Signature{"baseflow_index", "Baseflow index, alpha 0.98", "",
              [](In in) { return baseflow_index(in.discharge, filter_for(in.axis, BaseflowFilter{}.alpha)); }},
    Signature{"baseflow_index_camels", "Baseflow index, alpha 0.925", "",
              [](In in) { return baseflow_index(in.discharge, filter_for(in.axis, kCamelsAlpha)); }},
    Signature{"slope_fdc", "Slope of the flow-duration curve", "",
              [](In in) { return slope_of_flow_duration_curve(in.discharge); }},
    Signature{"stream_elas", "Elasticity of streamflow to precipitation", "",
              [](In in) { return in.precipitation.empty() ? kNaN : stream_elasticity(in.axis, in.discharge, in.precipitation); }},
    Signature{"runoff_ratio", "Runoff ratio", "",
              [](In in) { return in.precipitation.empty() ? kNaN : runoff_ratio(in.discharge, in.precipitation); }},
};

}  // namespace

std::span<const Signature> signatures() {
  return kSignatures;
}

}  // namespace freshet
