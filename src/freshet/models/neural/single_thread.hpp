#pragma once

namespace freshet {

/// While it lives, LibTorch runs what this thread asks of it in this thread alone; restores the earlier number of threads.
/// (Its loops use OpenMP, whose number of threads is a property of the calling thread.)
class SingleThreadScope {
 public:
  SingleThreadScope();
  ~SingleThreadScope();
  SingleThreadScope(const SingleThreadScope&) = delete;
  SingleThreadScope& operator=(const SingleThreadScope&) = delete;

 private:
  int saved_;
};

}  // namespace freshet
