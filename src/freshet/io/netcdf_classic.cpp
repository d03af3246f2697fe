#include "freshet/io/netcdf_classic.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <vector>

namespace freshet {
namespace {

std::uint64_t padded(std::uint64_t size) {
  return (size + 3) / 4 * 4;
}

/// The bytes of one value, by the specification's type number.
std::uint64_t type_size(std::uint64_t type) {
  constexpr std::array<std::uint64_t, 12> kSizes = {0, 1, 1, 2, 4, 4, 8, 1, 2, 4, 8, 8};
  return type < kSizes.size() ? kSizes[type] : 0;
}

struct Slab {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;  ///< of the values, or of one record's
  bool is_record = false;
};

/// Walks over a classic header. All numbers are big-endian.
class ClassicHeader {
 public:
  explicit ClassicHeader(const std::filesystem::path& file)
      : in_(file, std::ios::binary), file_size_(std::filesystem::file_size(file)) {}

  std::optional<std::uint64_t> required_size() {
    std::array<char, 4> magic{};
    in_.read(magic.data(), 4);
    version_ = static_cast<int>(magic[3]);
    if (!in_ || magic[0] != 'C' || magic[1] != 'D' || magic[2] != 'F' || (version_ != 1 && version_ != 2 && version_ != 5)) {
      return std::nullopt;
    }
    const std::uint64_t records = count();
    if (records == (version_ == 5 ? ~std::uint64_t{0} : 0xFFFFFFFFu)) return std::nullopt;
    read_dimensions();
    skip_attributes();
    const std::vector<Slab> slabs = read_variables();
    if (!in_) return file_size_ + 1;
    return end_of(slabs, records);
  }

 private:
  std::uint64_t number(int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) value = value << 8 | static_cast<std::uint64_t>(in_.get() & 0xFF);
    return value;
  }
  /// A number of elements: wider in CDF-5.
  std::uint64_t count() { return number(version_ == 5 ? 8 : 4); }
  std::uint64_t list_length() {
    number(4);  // the tag, zero for an absent list
    return count();
  }
  void skip(std::uint64_t bytes) { in_.ignore(static_cast<std::streamsize>(std::min<std::uint64_t>(bytes, 1u << 30))); }
  void skip_name() { skip(padded(count())); }

  void read_dimensions() {
    const std::uint64_t length = list_length();
    for (std::uint64_t i = 0; i < length && in_; ++i) {
      skip_name();
      dimensions_.push_back(count());
    }
  }

  void skip_attributes() {
    const std::uint64_t length = list_length();
    for (std::uint64_t i = 0; i < length && in_; ++i) {
      skip_name();
      const std::uint64_t type = number(4);
      skip(padded(count() * type_size(type)));
    }
  }

  std::vector<Slab> read_variables() {
    std::vector<Slab> slabs;
    const std::uint64_t length = list_length();
    for (std::uint64_t i = 0; i < length && in_; ++i) {
      skip_name();
      Slab slab{.size = 1};
      const std::uint64_t rank = count();
      for (std::uint64_t d = 0; d < rank && in_; ++d) {
        const std::uint64_t dimension = count();
        const std::uint64_t extent = dimension < dimensions_.size() ? dimensions_[dimension] : 1;
        if (d == 0 && extent == 0) slab.is_record = true;
        if (extent != 0) slab.size *= extent;
      }
      skip_attributes();
      slab.size *= type_size(number(4));
      count();  // the size, which is not reliable for large variables
      slab.begin = number(version_ == 1 ? 4 : 8);
      slabs.push_back(slab);
    }
    return slabs;
  }

  static std::uint64_t end_of(const std::vector<Slab>& slabs, std::uint64_t records) {
    const auto record_variables = std::ranges::count_if(slabs, &Slab::is_record);
    std::uint64_t record_size = 0;
    for (const Slab& slab : slabs) {
      // A single record variable is stored without padding.
      if (slab.is_record) record_size += record_variables == 1 ? slab.size : padded(slab.size);
    }
    std::uint64_t end = 0;
    for (const Slab& slab : slabs) {
      if (slab.is_record && records == 0) continue;
      end = std::max(end, slab.begin + slab.size + (slab.is_record ? (records - 1) * record_size : 0));
    }
    return end;
  }

  std::ifstream in_;
  std::uint64_t file_size_;
  int version_ = 0;
  std::vector<std::uint64_t> dimensions_;
};

}  // namespace

std::optional<std::uint64_t> classic_netcdf_size(const std::filesystem::path& file) {
  return ClassicHeader(file).required_size();
}

}  // namespace freshet
