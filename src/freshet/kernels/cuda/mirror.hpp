#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace freshet::kernels {

/// Copies of rows of host memory on a device, for the time of one call. All rows are named first, then made, then looked up:
/// rows that overlap, as the variables of a forcing table do, are copied once.
/// @tparam Device  allocate(bytes), release(pointer), upload(to, from, bytes) and download_rows(to, from, rows, stride, width),
///                 all in bytes; rows of to and from are `stride` apart
template <class Device>
class Mirror {
 public:
  Mirror() = default;
  Mirror(const Mirror&) = delete;
  Mirror& operator=(const Mirror&) = delete;
  ~Mirror() {
    for (void* memory : memory_) Device::release(memory);
  }

  /// Names `rows` rows of `width` values, `stride` values apart, that the device reads.
  template <class T>
  void reads(const T* at, std::int64_t rows, std::int64_t stride, std::int64_t width) {
    add(at, rows, stride, width, true);
  }
  /// Rows that it writes; where it does not write all of them, or reads them too, they are also named by reads().
  template <class T>
  void writes(T* at, std::int64_t rows, std::int64_t stride, std::int64_t width) {
    if (!add(at, rows, stride, width, false)) return;
    results_.push_back({at, rows, stride * size<T>(), width * size<T>()});
  }

  void make() {
    std::sort(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
    std::vector<Span> merged;
    for (const Span& span : spans_) {
      if (!merged.empty() && span.begin < merged.back().end) {
        merged.back().end = std::max(merged.back().end, span.end);
        merged.back().read = merged.back().read || span.read;
      } else {
        merged.push_back(span);
      }
    }
    spans_ = std::move(merged);
    for (Span& span : spans_) span.device = static_cast<std::byte*>(scratch(span.end - span.begin));
  }
  /// Memory of the device's own.
  void* scratch(std::ptrdiff_t bytes) {
    memory_.reserve(memory_.size() + 1);
    memory_.push_back(Device::allocate(static_cast<std::size_t>(bytes)));
    return memory_.back();
  }

  /// After make(): where a place in named rows is on the device; null for null.
  template <class T>
  T* at(T* host) const {
    if (host == nullptr) return nullptr;
    const auto* place = reinterpret_cast<const std::byte*>(host);
    const auto after = std::upper_bound(spans_.begin(), spans_.end(), place,
                                        [](const std::byte* p, const Span& span) { return p < span.begin; });
    const Span& span = *(after - 1);
    return reinterpret_cast<T*>(span.device + (place - span.begin));
  }

  void upload() const {
    for (const Span& span : spans_) {
      if (span.read) Device::upload(span.device, span.begin, static_cast<std::size_t>(span.end - span.begin));
    }
  }
  void download() const {
    for (const Result& r : results_) Device::download_rows(r.to, at(r.to), r.rows, r.stride, r.width);
  }

 private:
  struct Span {
    const std::byte* begin;
    const std::byte* end;
    bool read;
    std::byte* device = nullptr;
  };
  struct Result {
    void* to;
    std::int64_t rows, stride, width;
  };

  template <class T>
  static constexpr std::int64_t size() {
    return static_cast<std::int64_t>(sizeof(T));
  }
  template <class T>
  bool add(const T* at, std::int64_t rows, std::int64_t stride, std::int64_t width, bool read) {
    if (at == nullptr || rows == 0 || width == 0) return false;
    const auto* begin = reinterpret_cast<const std::byte*>(at);
    spans_.push_back({begin, begin + ((rows - 1) * stride + width) * size<T>(), read});
    return true;
  }

  std::vector<Span> spans_;
  std::vector<Result> results_;
  std::vector<void*> memory_;
};

}  // namespace freshet::kernels
