// Hashes images with an exported SavedModel through the C++ loader and session
// that model servers built on TensorFlow use.
//
// Usage: encode SAVED_MODEL serving_bytes IMAGE...      (JPEG, PNG, GIF, BMP)
//        encode SAVED_MODEL serving_default|serving_uint8 IMAGE.ppm...
//
// PPM files must have the model's size. Prints the code of each image as one
// line of hexadecimal digits. Exit status: 0 done, 1 failed, 2 wrong command.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tensorflow/cc/saved_model/loader.h"
#include "tensorflow/core/framework/tensor.h"
#include "tensorflow/core/public/session.h"

namespace {

using tensorflow::Tensor;
using tensorflow::TensorShape;
using Paths = std::vector<std::string>;

void Check(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error(std::string(status.message()));
}

std::ifstream Open(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot open " + path);
  return file;
}

Tensor EncodedImages(const Paths& paths) {
  const auto count = static_cast<int64_t>(paths.size());
  Tensor images(tensorflow::DT_STRING, TensorShape({count}));
  for (int64_t i = 0; i < count; ++i) {
    std::ifstream file = Open(paths[i]);
    images.vec<tensorflow::tstring>()(i) =
        std::string(std::istreambuf_iterator<char>(file), {});
  }
  return images;
}

// Binary PPM files ("P6 width height 255", one white space, the pixels).
template <typename T>
Tensor PixelImages(const Paths& paths) {
  Tensor images;
  for (size_t i = 0; i < paths.size(); ++i) {
    std::ifstream file = Open(paths[i]);
    std::string magic;
    int64_t width = 0, height = 0, greatest = 0;
    file >> magic >> width >> height >> greatest;
    file.get();
    if (!file || magic != "P6" || greatest != 255)
      throw std::runtime_error(paths[i] + " is not a binary 8-bit PPM");
    const TensorShape shape(
        {static_cast<int64_t>(paths.size()), height, width, 3});
    if (i == 0)
      images = Tensor(tensorflow::DataTypeToEnum<T>::value, shape);
    else if (images.shape() != shape)
      throw std::runtime_error(paths[i] + " differs in size from the first");
    std::vector<char> pixels(width * height * 3);
    if (!file.read(pixels.data(), pixels.size()))
      throw std::runtime_error(paths[i] + " is cut short");
    T* target = images.flat<T>().data() + i * pixels.size();
    for (char pixel : pixels) *target++ = static_cast<uint8_t>(pixel);
  }
  return images;
}

Tensor Images(const tensorflow::TensorInfo& info, const Paths& paths) {
  switch (info.dtype()) {
    case tensorflow::DT_STRING:
      return EncodedImages(paths);
    case tensorflow::DT_FLOAT:
      return PixelImages<float>(paths);
    case tensorflow::DT_UINT8:
      return PixelImages<uint8_t>(paths);
    default:
      throw std::runtime_error("the signature's input has an unknown type");
  }
}

void Print(const Tensor& code) {
  const auto bytes = code.matrix<uint8_t>();
  for (int64_t i = 0; i < code.dim_size(0); ++i) {
    for (int64_t j = 0; j < code.dim_size(1); ++j)
      std::printf("%02x", bytes(i, j));
    std::putchar('\n');
  }
}

// `code_bytes` must hold, string by string, the bytes of `code`.
void CheckCodeBytes(const Tensor& code, const Tensor& code_bytes) {
  const auto bytes = code.matrix<uint8_t>();
  const auto strings = code_bytes.vec<tensorflow::tstring>();
  for (int64_t i = 0; i < code.dim_size(0); ++i) {
    const std::string expected(reinterpret_cast<const char*>(&bytes(i, 0)),
                               code.dim_size(1));
    if (std::string(strings(i)) != expected)
      throw std::runtime_error("`code_bytes` differs from `code`");
  }
}

void Encode(const std::string& directory, const std::string& name,
            const Paths& paths) {
  tensorflow::SavedModelBundle bundle;
  Check(tensorflow::LoadSavedModel({}, {}, directory,
                                   {"serve"}, &bundle));
  const auto& signatures = bundle.GetSignatures();
  const auto found = signatures.find(name);
  if (found == signatures.end())
    throw std::runtime_error("the SavedModel has no signature `" + name + "`");
  const auto& signature = found->second;
  const bool of_bytes = name == "serving_bytes";
  const auto& input =
      signature.inputs().at(of_bytes ? "image_bytes" : "image");
  std::vector<std::string> fetches = {signature.outputs().at("code").name()};
  if (of_bytes)
    fetches.push_back(signature.outputs().at("code_bytes").name());
  std::vector<Tensor> outputs;
  Check(bundle.session->Run({{input.name(), Images(input, paths)}}, fetches, {},
                            &outputs));
  if (of_bytes) CheckCodeBytes(outputs[0], outputs[1]);
  Print(outputs[0]);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: encode SAVED_MODEL SIGNATURE IMAGE...\n";
    return 2;
  }
  try {
    Encode(argv[1], argv[2], Paths(argv + 3, argv + argc));
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
