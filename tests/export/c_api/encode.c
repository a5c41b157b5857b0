/* Hashes images with an exported SavedModel through TensorFlow's C API.
 *
 * Usage: encode SAVED_MODEL serving_bytes IMAGE...      (JPEG, PNG, GIF, BMP)
 *        encode SAVED_MODEL serving_default|serving_uint8 IMAGE.ppm...
 *
 * PPM files must have the model's size. Prints the code of each image as one
 * line of hexadecimal digits. It runs no Python: the names of the
 * tensors are read from the signature in the SavedModel itself. Exit status:
 * 0 done, 1 failed, 2 wrong command.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tensorflow/c/c_api.h"

typedef struct {
  const uint8_t* data;
  size_t size;
} Slice;

static void fail(int status, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(status);
}

static void check(TF_Status* status, const char* what) {
  if (TF_GetCode(status) != TF_OK) fail(1, "%s: %s", what, TF_Message(status));
}

static void* allocate(size_t size) {
  void* memory = malloc(size ? size : 1);
  if (!memory) fail(1, "out of memory");
  return memory;
}

static Slice read_file(const char* path) {
  FILE* file = fopen(path, "rb");
  if (!file) fail(1, "cannot open %s", path);
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  uint8_t* data = allocate((size_t)size);
  if (fread(data, 1, (size_t)size, file) != (size_t)size)
    fail(1, "cannot read %s", path);
  fclose(file);
  return (Slice){data, (size_t)size};
}

/* --- The few lines of protocol buffer decoding that signatures need. --- */

static uint64_t read_varint(Slice* in) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && in->size; shift += 7) {
    uint8_t byte = *in->data++;
    in->size--;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (!(byte & 0x80)) return value;
  }
  fail(1, "the graph's description is damaged");
  return 0;
}

/* Takes one field off `in`; false at the end. A varint's value goes to
 * `number`, the bytes of a length-delimited field to `bytes`. */
static int next_field(Slice* in, int* field, Slice* bytes, uint64_t* number) {
  if (!in->size) return 0;
  uint64_t key = read_varint(in);
  uint64_t length = 0;
  *field = (int)(key >> 3);
  *number = 0;
  switch (key & 7) {
    case 0:
      *number = read_varint(in);
      break;
    case 1:
      length = 8;
      break;
    case 2:
      length = read_varint(in);
      break;
    case 5:
      length = 4;
      break;
    default:
      fail(1, "the graph's description is damaged");
  }
  if (length > in->size) fail(1, "the graph's description is damaged");
  *bytes = (Slice){in->data, (size_t)length};
  in->data += length;
  in->size -= (size_t)length;
  return 1;
}

/* The value under `key` in the map that is field `map_field` of `message`. */
static int find_entry(Slice message, int map_field, const char* key,
                      Slice* value) {
  int field, inner;
  Slice entry, part, name;
  uint64_t number;
  while (next_field(&message, &field, &entry, &number)) {
    if (field != map_field) continue;
    name = *value = (Slice){NULL, 0};
    while (next_field(&entry, &inner, &part, &number)) {
      if (inner == 1) name = part;
      if (inner == 2) *value = part;
    }
    if (name.size == strlen(key) && !memcmp(name.data, key, name.size))
      return 1;
  }
  return 0;
}

enum { META_GRAPH_SIGNATURES = 5, SIGNATURE_INPUTS = 1, SIGNATURE_OUTPUTS = 2 };

/* The tensor that the signature calls `key`, and its element type. */
static TF_Output find_tensor(TF_Graph* graph, Slice signature, int map_field,
                             const char* key, TF_DataType* dtype) {
  Slice info, bytes;
  int field;
  uint64_t number;
  char name[512] = "";
  if (!find_entry(signature, map_field, key, &info))
    fail(1, "the signature has no tensor `%s`", key);
  while (next_field(&info, &field, &bytes, &number)) {
    if (field == 1 && bytes.size < sizeof name) {
      memcpy(name, bytes.data, bytes.size);
      name[bytes.size] = '\0';
    }
    if (field == 2) *dtype = (TF_DataType)number;
  }
  char* colon = strrchr(name, ':');
  int index = colon ? atoi(colon + 1) : 0;
  if (colon) *colon = '\0';
  TF_Output output = {TF_GraphOperationByName(graph, name), index};
  if (!output.oper) fail(1, "the graph has no operation `%s`", name);
  return output;
}

/* --- Inputs --- */

static TF_Tensor* encoded_images(char** paths, int count) {
  int64_t dims[] = {count};
  TF_Tensor* tensor = TF_AllocateTensor(
      TF_STRING, dims, 1, (size_t)count * sizeof(TF_TString));
  TF_TString* strings = TF_TensorData(tensor);
  for (int i = 0; i < count; i++) {
    Slice file = read_file(paths[i]);
    TF_StringInit(&strings[i]);
    TF_StringCopy(&strings[i], (const char*)file.data, file.size);
    free((void*)file.data);
  }
  return tensor;
}

/* Reads a binary PPM: "P6 width height 255", one white space, the pixels. */
static uint8_t* read_pixels(const char* path, int* width, int* height) {
  FILE* file = fopen(path, "rb");
  int greatest = 0;
  if (!file) fail(1, "cannot open %s", path);
  if (fscanf(file, "P6 %d %d %d", width, height, &greatest) != 3 ||
      greatest != 255 || *width < 1 || *height < 1 || fgetc(file) == EOF)
    fail(1, "%s is not a binary 8-bit PPM", path);
  size_t size = (size_t)*width * (size_t)*height * 3;
  uint8_t* pixels = allocate(size);
  if (fread(pixels, 1, size, file) != size) fail(1, "%s is cut short", path);
  fclose(file);
  return pixels;
}

static TF_Tensor* pixel_images(char** paths, int count, TF_DataType dtype) {
  TF_Tensor* tensor = NULL;
  int first_width = 0, first_height = 0;
  if (dtype != TF_FLOAT && dtype != TF_UINT8)
    fail(1, "`image` is neither float32 nor uint8");
  for (int i = 0; i < count; i++) {
    int width, height;
    uint8_t* pixels = read_pixels(paths[i], &width, &height);
    size_t size = (size_t)width * (size_t)height * 3;
    if (!tensor) {
      int64_t dims[] = {count, height, width, 3};
      size_t bytes = (size_t)count * size * TF_DataTypeSize(dtype);
      tensor = TF_AllocateTensor(dtype, dims, 4, bytes);
      first_width = width;
      first_height = height;
    }
    if (width != first_width || height != first_height)
      fail(1, "%s differs in size from the first image", paths[i]);
    for (size_t j = 0; j < size; j++) {
      size_t at = (size_t)i * size + j;
      if (dtype == TF_FLOAT)
        ((float*)TF_TensorData(tensor))[at] = pixels[j];
      else
        ((uint8_t*)TF_TensorData(tensor))[at] = pixels[j];
    }
    free(pixels);
  }
  return tensor;
}

/* --- Outputs --- */

static void print_codes(TF_Tensor* code) {
  const uint8_t* bytes = TF_TensorData(code);
  if (TF_TensorType(code) != TF_UINT8 || TF_NumDims(code) != 2)
    fail(1, "`code` is not a uint8 matrix");
  for (int64_t i = 0; i < TF_Dim(code, 0); i++) {
    for (int64_t j = 0; j < TF_Dim(code, 1); j++) printf("%02x", *bytes++);
    putchar('\n');
  }
}

/* `code_bytes` must hold, string by string, the bytes of `code`. */
static void check_code_bytes(TF_Tensor* code, TF_Tensor* code_bytes) {
  const uint8_t* bytes = TF_TensorData(code);
  const TF_TString* strings = TF_TensorData(code_bytes);
  size_t length = (size_t)TF_Dim(code, 1);
  if (TF_TensorType(code_bytes) != TF_STRING ||
      TF_Dim(code_bytes, 0) != TF_Dim(code, 0))
    fail(1, "`code_bytes` is not one string a code");
  for (int64_t i = 0; i < TF_Dim(code, 0); i++)
    if (TF_StringGetSize(&strings[i]) != length ||
        memcmp(TF_StringGetDataPointer(&strings[i]),
               bytes + (size_t)i * length, length))
      fail(1, "`code_bytes` differs from `code` in row %d", (int)i);
}

int main(int argc, char** argv) {
  if (argc < 4)
    fail(2, "usage: encode SAVED_MODEL SIGNATURE IMAGE...");
  int of_bytes = !strcmp(argv[2], "serving_bytes");
  const char* tags[] = {"serve"};
  TF_Status* status = TF_NewStatus();
  TF_Graph* graph = TF_NewGraph();
  TF_SessionOptions* options = TF_NewSessionOptions();
  TF_Buffer* meta_graph = TF_NewBuffer();
  TF_Session* session = TF_LoadSessionFromSavedModel(
      options, NULL, argv[1], tags, 1, graph, meta_graph, status);
  check(status, "cannot load the SavedModel");

  Slice description = {meta_graph->data, meta_graph->length}, signature;
  if (!find_entry(description, META_GRAPH_SIGNATURES, argv[2], &signature))
    fail(1, "the SavedModel has no signature `%s`", argv[2]);
  TF_DataType dtype = TF_STRING, unused;
  TF_Output input =
      find_tensor(graph, signature, SIGNATURE_INPUTS,
                  of_bytes ? "image_bytes" : "image", &dtype);
  TF_Tensor* images = of_bytes
                          ? encoded_images(argv + 3, argc - 3)
                          : pixel_images(argv + 3, argc - 3, dtype);
  TF_Output outputs[2];
  TF_Tensor* values[2] = {NULL, NULL};
  outputs[0] =
      find_tensor(graph, signature, SIGNATURE_OUTPUTS, "code", &unused);
  if (of_bytes)
    outputs[1] =
        find_tensor(graph, signature, SIGNATURE_OUTPUTS, "code_bytes", &unused);
  TF_SessionRun(session, NULL, &input, &images, 1, outputs, values,
                of_bytes ? 2 : 1, NULL, 0, NULL, status);
  check(status, "cannot encode");
  if (of_bytes) check_code_bytes(values[0], values[1]);
  print_codes(values[0]);

  TF_DeleteTensor(images);
  for (int i = 0; i < (of_bytes ? 2 : 1); i++) TF_DeleteTensor(values[i]);
  TF_CloseSession(session, status);
  TF_DeleteSession(session, status);
  TF_DeleteBuffer(meta_graph);
  TF_DeleteSessionOptions(options);
  TF_DeleteGraph(graph);
  TF_DeleteStatus(status);
  return 0;
}
