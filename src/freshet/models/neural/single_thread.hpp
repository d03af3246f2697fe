#pragma once

namespace freshet {

/// While it lives, LibTorch and oneDNN use one thread for what this thread asks of them; restores the earlier number.
/// (Both use OpenMP, whose thread number is a property of the calling thread.)
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
