// What a core can do, as the roofline of docs/results.md needs it, on the widest vectors of the processor: instructions a second
// of independent multiply-adds, of multiply-adds among additions, of divisions, and of one dependent chain; bytes a second loaded
// and stored in arrays of the sizes of L1, L2, L3 and memory. On one thread, then on two at once.
//
//   peak_bench
//
// Vectors are GCC's, of 64 bytes. Each loop is compiled for AVX-512, for AVX2 and for any processor, where a vector is taken in
// two or four parts, and the widest that runs is chosen when the program starts. The best of forty runs counts.

#include <algorithm>
#include <array>
#include <barrier>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <limits>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace {

using Vector [[gnu::vector_size(64)]] = float;
/// A place for one in memory, of its alignment.
struct alignas(64) Line {
  Vector v;
};
constexpr std::int64_t kChains = 10, kRounds = 200'000;
constexpr int kRuns = 40;

#if defined(__x86_64__)
#define FRESHET_WIDEST [[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), gnu::noinline]]
#else
#define FRESHET_WIDEST [[gnu::noinline]]
#endif

/// Starting values of the chains, then two constants; results go back, so that nothing is computed in vain.
using Values = std::array<Vector, kChains + 2>;

FRESHET_WIDEST void multiply_add(Values& values, std::int64_t rounds) {
  Vector v[kChains];
  std::copy_n(values.begin(), kChains, v);
  const Vector x = values[kChains], y = values[kChains + 1];
  for (std::int64_t r = 0; r < rounds; ++r) {
    for (Vector& chain : v) chain = chain * x + y;
  }
  std::copy_n(v, kChains, values.begin());
}

/// Every other chain adds.
FRESHET_WIDEST void multiply_add_and_add(Values& values, std::int64_t rounds) {
  Vector v[kChains];
  std::copy_n(values.begin(), kChains, v);
  const Vector x = values[kChains], y = values[kChains + 1];
  for (std::int64_t r = 0; r < rounds; ++r) {
    for (std::int64_t i = 0; i < kChains; i += 2) {
      v[i] = v[i] * x + y;
      v[i + 1] = v[i + 1] + y;
    }
  }
  std::copy_n(v, kChains, values.begin());
}

FRESHET_WIDEST void divide(Values& values, std::int64_t rounds) {
  Vector v[kChains];
  std::copy_n(values.begin(), kChains, v);
  const Vector y = values[kChains + 1];
  for (std::int64_t r = 0; r < rounds; ++r) {
    for (Vector& chain : v) chain = y / chain;
  }
  std::copy_n(v, kChains, values.begin());
}

/// Each result is the next operand.
FRESHET_WIDEST void dependent_chain(Values& values, std::int64_t rounds) {
  Vector v = values[0];
  const Vector x = values[kChains], y = values[kChains + 1];
  for (std::int64_t r = 0; r < rounds; ++r) {
    for (std::int64_t i = 0; i < kChains; ++i) v = v * x + y;
  }
  values[0] = v;
}

FRESHET_WIDEST void load(Values& values, const Line* from, std::int64_t size, std::int64_t rounds) {
  Vector v[4];
  std::copy_n(values.begin(), 4, v);
  for (std::int64_t r = 0; r < rounds; ++r) {
    for (std::int64_t i = 0; i < size; i += 4) {
      for (std::int64_t k = 0; k < 4; ++k) v[k] += from[i + k].v;
    }
  }
  std::copy_n(v, 4, values.begin());
}

FRESHET_WIDEST void store(const Values& values, Line* to, std::int64_t size, std::int64_t rounds) {
  const Vector v = values[0];
  for (std::int64_t r = 0; r < rounds; ++r) {
    for (std::int64_t i = 0; i < size; ++i) to[i].v = v;
    asm volatile("" : : "r"(to) : "memory");
  }
}

Values start_values() {
  Values values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (int k = 0; k < 16; ++k) values[i][k] = 1.0F + 0.01F * static_cast<float>(i);
  }
  for (int k = 0; k < 16; ++k) values[kChains][k] = 0.999F;
  return values;
}

/// `amount` a second of work that every thread does at the same time, all threads together. @param make  gives a thread its work
template <class Make>
double rate(int threads, double amount, const Make& make) {
  double best = std::numeric_limits<double>::infinity();
  std::chrono::steady_clock::time_point start;
  std::barrier begin(threads, [&]() noexcept { start = std::chrono::steady_clock::now(); });
  std::barrier end(threads, [&]() noexcept {
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  });
  std::vector<std::jthread> team;
  for (int t = 0; t < threads; ++t) {
    team.emplace_back([&] {
      auto work = make();
      for (int run = 0; run < kRuns; ++run) {
        begin.arrive_and_wait();
        work();
        end.arrive_and_wait();
      }
    });
  }
  team.clear();
  return threads * amount / best;
}

double instruction_rate(int threads, void (*loop)(Values&, std::int64_t)) {
  return rate(threads, static_cast<double>(kChains * kRounds),
              [loop] { return [loop, values = start_values()]() mutable { loop(values, kRounds); }; });
}

double byte_rate(int threads, std::int64_t bytes, bool stores) {
  const std::int64_t size = bytes / 64, rounds = std::max<std::int64_t>(1, (std::int64_t{1} << 26) / bytes);
  return rate(threads, static_cast<double>(bytes * rounds), [=] {
    return [=, values = start_values(), memory = std::vector<Line>(static_cast<std::size_t>(size))]() mutable {
      if (stores) {
        store(values, memory.data(), size, rounds);
      } else {
        load(values, memory.data(), size, rounds);
      }
    };
  });
}

template <class Rate>
void print(const char* what, double unit, const char* unit_name, const Rate& rate_of) {
  const double one = rate_of(1) / unit, two = rate_of(2) / unit;
  fmt::print("{:<44} {:>8.2f} {:>8.2f} {:>8.2f}  {}\n", what, one, two, two / one, unit_name);
}

}  // namespace

int main() {
  fmt::print("{:<44} {:>8} {:>8} {:>8}\n", "vectors of 16 floats", "1 thread", "2", "ratio");
  print("multiply-adds, independent", 1e9, "1e9/s", [](int n) { return instruction_rate(n, multiply_add); });
  print("multiply-adds and additions, independent", 1e9, "1e9/s",
        [](int n) { return instruction_rate(n, multiply_add_and_add); });
  print("divisions, independent", 1e9, "1e9/s", [](int n) { return instruction_rate(n, divide); });
  print("multiply-adds, each after the last", 1e9, "1e9/s", [](int n) { return instruction_rate(n, dependent_chain); });
  for (const std::int64_t kib : {16, 512, 8192, 262144}) {
    for (const bool stores : {false, true}) {
      print(fmt::format("{} arrays of {} KiB", stores ? "stores, " : "loads,", kib).c_str(), 1e9, "GB/s",
            [=](int n) { return byte_rate(n, kib * 1024, stores); });
    }
  }
  return 0;
}
