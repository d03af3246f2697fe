#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "freshet/core/time.hpp"

namespace freshet {

/// The types Freshet reads and writes. Unsigned integers are read as the wider signed type.
enum class NetcdfType { kByte, kShort, kInt, kInt64, kFloat, kDouble, kChar, kString, kOther };

/// A named note on a variable or on the whole file: text, or numbers (converted to double).
struct NetcdfAttribute {
  std::string name;
  std::variant<std::string, std::vector<double>> value;
};

struct NetcdfDimension {
  std::string name;
  std::size_t size = 0;
  bool unlimited = false;
};

/// A variable as it is declared in the file.
struct NetcdfVariable {
  std::string name;
  NetcdfType type = NetcdfType::kOther;
  std::vector<std::string> dimensions;  ///< names, slowest first; empty for a scalar
  std::vector<std::size_t> shape;
  std::vector<NetcdfAttribute> attributes;

  std::size_t size() const {
    std::size_t product = 1;
    for (const std::size_t extent : shape) product *= extent;
    return product;
  }
  /// True for numbers, false for text and compound types.
  bool is_numeric() const { return type <= NetcdfType::kDouble; }
};

/// The value of a text attribute; nothing if there is none of that name or it is not text.
std::optional<std::string> text_attribute(const std::vector<NetcdfAttribute>& attributes, std::string_view name);
/// The first number of a numeric attribute; nothing if there is none of that name or it is text.
std::optional<double> number_attribute(const std::vector<NetcdfAttribute>& attributes, std::string_view name);

/// A NetCDF file (classic or NetCDF-4) open for reading; what is declared in its root group is read at once, values on
/// request. Several threads may use one file or several: the library is not thread-safe, so calls into it take turns.
///
/// Errors: InputError with the file and the library's message for a file that is absent, cut off, corrupt or not NetCDF, and
/// for a variable that is absent or of the wrong kind; EnvironmentError where the machine is at fault.
class NetcdfFile {
 public:
  explicit NetcdfFile(const std::filesystem::path& file);
  ~NetcdfFile();
  NetcdfFile(NetcdfFile&&) noexcept;
  NetcdfFile& operator=(NetcdfFile&&) = delete;
  NetcdfFile(const NetcdfFile&) = delete;
  NetcdfFile& operator=(const NetcdfFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  const std::vector<NetcdfDimension>& dimensions() const { return dimensions_; }
  const std::vector<NetcdfAttribute>& attributes() const { return attributes_; }
  /// In file order.
  const std::vector<NetcdfVariable>& variables() const { return variables_; }
  bool has_variable(std::string_view name) const;
  /// InputError naming the nearest variable if there is none of that name.
  const NetcdfVariable& variable(std::string_view name) const;

  /// All values of a numeric variable of any type, row-major over its shape, decoded by the NetCDF and CF conventions: a value
  /// that equals _FillValue (or, without that attribute, the library's default fill value) or one of missing_value is NaN;
  /// the others are value * scale_factor + add_offset. _Unsigned = "true" is honoured.
  std::vector<double> read_doubles(std::string_view name) const;
  /// The same in single precision. Finite values beyond its range become infinite.
  std::vector<float> read_floats(std::string_view name) const;

  /// Texts: an NC_STRING variable (one text per element), or a char array whose last dimension is the length of the
  /// texts. Padding (NUL, blanks) is cut off at the end.
  std::vector<std::string> read_strings(std::string_view name) const;

  /// The times of a one-dimensional CF time coordinate: `units` is "days|hours|minutes|seconds since <date>", the calendar
  /// standard, gregorian or proleptic_gregorian (CF conventions 1.8, section 4.4), every value a whole minute in the years
  /// 1 to 9999. A UTC offset in `units` is taken into account. Nothing is required of their order.
  std::vector<Time> read_times(std::string_view name) const;
  /// The same as an axis with a constant, positive step (one day if there is only one time). InputError names the first
  /// date that is out of step.
  TimeAxis read_time_axis(std::string_view name) const;

 private:
  /// What decoding a variable needs, from its attributes.
  struct Packing;
  Packing packing_of(const NetcdfVariable& variable) const;
  int id_of(const NetcdfVariable& variable) const;
  const NetcdfVariable& numeric_variable(std::string_view name) const;
  void check_not_cut_off() const;
  void check_size(const NetcdfVariable& variable) const;
  std::vector<std::string> read_char_rows(const NetcdfVariable& variable) const;

  std::filesystem::path path_;
  int handle_ = -1;
  std::vector<NetcdfDimension> dimensions_;
  std::vector<NetcdfAttribute> attributes_;
  std::vector<NetcdfVariable> variables_;
};

}  // namespace freshet
