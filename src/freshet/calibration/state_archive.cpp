#include "freshet/calibration/state_archive.hpp"

#include <bit>

#include "freshet/core/error.hpp"

namespace freshet::calibration {

StateArchive::StateArchive(nlohmann::json state) : state_(std::move(state)), reading_(true) {}

void StateArchive::refuse(const std::string& name) {
  throw InputError({.what = "the saved state of a search does not fit this search",
                    .variable = name,
                    .hint = "Resume with the method, settings and program version that the state was saved with."});
}

template <class T>
void StateArchive::stored(const std::string& name, T& value) {
  if (!reading_) {
    state_[name] = value;
    return;
  }
  try {
    value = state_.at(name).get<T>();
  } catch (const nlohmann::json::exception&) {
    refuse(name);
  }
}

void StateArchive::value(const std::string& name, bool& value) {
  stored(name, value);
}

void StateArchive::value(const std::string& name, std::int64_t& value) {
  stored(name, value);
}

void StateArchive::value(const std::string& name, double& value) {
  auto bits = std::bit_cast<std::uint64_t>(value);
  stored(name, bits);
  value = std::bit_cast<double>(bits);
}

void StateArchive::values(const std::string& name, std::vector<double>& values, std::optional<std::size_t> size) {
  std::vector<std::uint64_t> bits;
  bits.reserve(values.size());
  for (const double value : values) bits.push_back(std::bit_cast<std::uint64_t>(value));
  stored(name, bits);
  if (size && bits.size() != *size) refuse(name);
  values.clear();
  values.reserve(bits.size());
  for (const std::uint64_t value : bits) values.push_back(std::bit_cast<double>(value));
}

void StateArchive::values(const std::string& name, std::vector<std::int64_t>& values, std::optional<std::size_t> size) {
  stored(name, values);
  if (size && values.size() != *size) refuse(name);
}

}  // namespace freshet::calibration
