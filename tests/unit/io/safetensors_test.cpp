#include "freshet/io/safetensors.hpp"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "freshet/io/atomic_file.hpp"
#include "unit/data/data_testing.hpp"

namespace freshet {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_support::problem_of;
using testing_support::TemporaryFolder;

template <class T>
RawTensor tensor_of(const std::string& dtype, std::vector<std::int64_t> shape, const std::vector<T>& values) {
  RawTensor tensor{.dtype = dtype, .shape = std::move(shape), .bytes = std::vector<std::byte>(values.size() * sizeof(T))};
  if (!values.empty()) std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}

TensorFile sample() {
  TensorFile file;
  file.tensors["weight"] = tensor_of<float>("F32", {2, 3}, {1.5f, -0.0f, std::nanf(""), 1e-40f, 3e38f, 6.0f});
  file.tensors["moment"] = tensor_of<double>("F64", {1}, {0.1});
  file.tensors["count"] = tensor_of<std::int64_t>("I64", {}, {std::numeric_limits<std::int64_t>::min()});
  file.tensors["empty"] = tensor_of<float>("F32", {0, 4}, {});
  file.metadata["note"] = "line one\nwith \"quotes\" and \xc3\xa9";
  return file;
}

void expect_same(const TensorFile& a, const TensorFile& b) {
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, tensor] : a.tensors) {
    ASSERT_TRUE(b.tensors.contains(name)) << name;
    EXPECT_EQ(b.tensors.at(name).dtype, tensor.dtype) << name;
    EXPECT_EQ(b.tensors.at(name).shape, tensor.shape) << name;
    EXPECT_EQ(b.tensors.at(name).bytes, tensor.bytes) << name;
  }
}

/// A file as another tool writes it: no checksum.
std::string foreign_file(const nlohmann::json& header, const std::string& data) {
  const std::string text = header.dump();
  const std::uint64_t length = text.size();
  std::string content(8, '\0');
  std::memcpy(content.data(), &length, 8);
  return content + text + data;
}

TEST(Safetensors, GiveBackEveryBit) {
  const TemporaryFolder folder;
  const TensorFile file = sample();
  write_tensor_file(folder.path() / "a.safetensors", file);
  const TensorFile again = read_tensor_file(folder.path() / "a.safetensors");
  expect_same(file, again);
  EXPECT_EQ(again.metadata, file.metadata);
}

TEST(Safetensors, DataStartOnEightBytesAsTheFormatAsks) {
  const TemporaryFolder folder;
  write_tensor_file(folder.path() / "a.safetensors", sample());
  std::uint64_t length = 0;
  std::memcpy(&length, read_file(folder.path() / "a.safetensors").data(), 8);
  EXPECT_EQ(length % 8, 0u);
}

TEST(Safetensors, EveryTruncationIsNoticed) {
  const TemporaryFolder folder;
  write_tensor_file(folder.path() / "a.safetensors", sample());
  const std::string whole = read_file(folder.path() / "a.safetensors");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const fs::path cut = folder.write("cut.safetensors", whole.substr(0, size));
    ASSERT_THROW(read_tensor_file(cut), InputError) << size << " of " << whole.size() << " bytes";
  }
}

TEST(Safetensors, AFlippedBitInAnyByteIsNoticedOrHarmless) {
  const TemporaryFolder folder;
  const TensorFile file = sample();
  write_tensor_file(folder.path() / "a.safetensors", file);
  const std::string whole = read_file(folder.path() / "a.safetensors");
  std::uint64_t length = 0;
  std::memcpy(&length, whole.data(), 8);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    const fs::path path = folder.write("damaged.safetensors", damaged);
    if (at >= 8 + length) {
      ASSERT_EQ(problem_of([&] { read_tensor_file(path); }).file, path.string()) << "data byte " << at;
      continue;
    }
    // A flip that only renames the checksum, or hits the padding after the header, changes no content.
    try {
      expect_same(file, read_tensor_file(path));
    } catch (const InputError&) {
    }
    ASSERT_FALSE(HasFailure()) << "header byte " << at;
  }
}

TEST(Safetensors, FilesOfOtherToolsNeedNoChecksumButSoundOffsets) {
  const TemporaryFolder folder;
  const std::string data(8, '\1');
  const auto header = [](std::vector<std::int64_t> shape, std::size_t begin, std::size_t end, const std::string& dtype = "F32") {
    return nlohmann::json{{"w", {{"dtype", dtype}, {"shape", shape}, {"data_offsets", {begin, end}}}}};
  };
  const auto read = [&](const nlohmann::json& h) {
    return read_tensor_file(folder.write("b.safetensors", foreign_file(h, data)));
  };
  EXPECT_EQ(read(header({2}, 0, 8)).tensors.at("w").bytes.size(), 8u);
  EXPECT_EQ(read(header({1}, 4, 8)).tensors.at("w").bytes.size(), 4u);
  EXPECT_THROW(read(header({3}, 0, 12)), InputError) << "beyond the end";
  EXPECT_THROW(read(header({2}, 0, 4)), InputError) << "fewer bytes than the shape";
  EXPECT_THROW(read(header({2}, 8, 0)), InputError) << "end before begin";
  EXPECT_THROW(read(header({-2}, 0, 8)), InputError) << "negative";
  EXPECT_THROW(read(header({std::int64_t{1} << 62, 4}, 0, 0)), InputError) << "a product that overflows to zero";
  const std::string unknown_type = problem_of([&] { read(header({4}, 0, 8, "F16")); }).got;
  EXPECT_EQ(unknown_type, "F16");
}

TEST(Safetensors, WhatIsNotOfTheFormatIsRefused) {
  const TemporaryFolder folder;
  const auto problem = [&](const std::string& content) {
    const fs::path path = folder.write("c.safetensors", content);
    return problem_of([&] { read_tensor_file(path); }).what;
  };
  EXPECT_THAT(problem(""), HasSubstr("damaged"));
  EXPECT_THAT(problem(std::string(8, '\xff')), HasSubstr("cut off"));
  EXPECT_THAT(problem(foreign_file("text", "")), HasSubstr("damaged"));
  EXPECT_THAT(problem(foreign_file({{"w", 1}}, "")), HasSubstr("damaged"));
  EXPECT_THAT(problem(foreign_file({{"__metadata__", {{"a", 1}}}}, "")), HasSubstr("damaged"));
  EXPECT_THROW(read_tensor_file(folder.path() / "absent.safetensors"), InputError);
}

}  // namespace
}  // namespace freshet
