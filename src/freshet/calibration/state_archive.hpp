#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace freshet::calibration {

/// Writes the state of a search to JSON, or reads it back: a search names its variables once, for both directions. Floating-point
/// numbers are stored as the 64 bits they consist of, so that they come back exactly, infinities and NaN included.
class StateArchive {
 public:
  /// An archive that collects a state.
  StateArchive() = default;
  /// An archive that gives back a state.
  explicit StateArchive(nlohmann::json state);

  bool reading() const { return reading_; }
  /// The state collected so far.
  const nlohmann::json& state() const { return state_; }

  /// Reading throws InputError if `name` is absent or of another type.
  void value(const std::string& name, bool& value);
  void value(const std::string& name, std::int64_t& value);
  void value(const std::string& name, double& value);

  template <class Enum>
  requires std::is_enum_v<Enum>
  void value(const std::string& name, Enum& value, Enum last) {
    auto number = static_cast<std::int64_t>(value);
    this->value(name, number);
    if (number < 0 || number > static_cast<std::int64_t>(last)) refuse(name);
    value = static_cast<Enum>(number);
  }

  /// Reading throws InputError also if the number of items is not `size`; without `size` any number will do.
  void values(const std::string& name, std::vector<double>& values, std::optional<std::size_t> size = {});
  void values(const std::string& name, std::vector<std::int64_t>& values, std::optional<std::size_t> size = {});

  /// The error of a state that cannot be what this search has saved.
  [[noreturn]] static void refuse(const std::string& name);

 private:
  template <class T>
  void stored(const std::string& name, T& value);

  nlohmann::json state_ = nlohmann::json::object();
  bool reading_ = false;
};

}  // namespace freshet::calibration
