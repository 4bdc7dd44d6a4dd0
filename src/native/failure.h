#pragma once
#include <stdexcept>
#include <string>

namespace wordmill {

/** What went wrong; `kind` is one of ErrorKind's names in src/core/errors.ts. */
class Failure : public std::runtime_error {
 public:
  Failure(std::string kind, const std::string& problem) : std::runtime_error(problem), kind_(std::move(kind)) {}
  const std::string& kind() const { return kind_; }

 private:
  std::string kind_;
};

}  // namespace wordmill
