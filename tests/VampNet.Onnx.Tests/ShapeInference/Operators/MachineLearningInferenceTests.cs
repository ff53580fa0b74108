namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class MachineLearningInferenceTests
{
    [Theory]
    [InlineData("ai.onnx.ml::ArrayFeatureExtractor", "int32[3]; int64[B]", "", "int32[1, B]")]
    [InlineData("ai.onnx.ml::ArrayFeatureExtractor", "float[B, 7]; int64[1, 2]", "", "float[B, 2]")]
    [InlineData("ai.onnx.ml::Binarizer", "float[B, 3]", "", "float[B, 3]")]
    [InlineData("ai.onnx.ml::CategoryMapper", "string[B, 3]", "", "int64[B, 3]")]
    [InlineData("ai.onnx.ml::FeatureVectorizer", "float[B, 2]; float[B, 3]", "inputdimensions = [2, 3]", "float[B, 5]")]
    [InlineData("ai.onnx.ml::Imputer", "float[B, 3]", "", "float[B, 3]")]
    [InlineData("ai.onnx.ml::LabelEncoder", "string[B]", "values_int64s = [0, 1]", "int64[B]")]
    [InlineData("ai.onnx.ml::LabelEncoder", "string[B]", "values_tensor = float{1, 2}", "float[B]", 1, 4)]
    [InlineData("ai.onnx.ml::LabelEncoder", "int64[B]", "", "string[B]")]
    [InlineData("ai.onnx.ml::LinearClassifier", "float[B, 5]", "classlabels_ints = [0, 1, 2]", "int64[B]; float[B, 3]", 2)]
    [InlineData("ai.onnx.ml::LinearRegressor", "float[B, 5]", "targets = 2", "float[B, 2]")]
    [InlineData("ai.onnx.ml::Normalizer", "int64[B, 3]", "", "float[B, 3]")]
    [InlineData("ai.onnx.ml::OneHotEncoder", "int64[B, 1]", "cats_int64s = [3, 5, 8]", "float[B, 1, 3]")]
    [InlineData("ai.onnx.ml::SVMClassifier", "float[7]", "classlabels_ints = [0, 1]", "int64[1]; float[1, ?]", 2)]
    [InlineData("ai.onnx.ml::SVMRegressor", "float[B, 3]", "", "float[B, 1]")]
    [InlineData("ai.onnx.ml::Scaler", "double[B, 3]", "", "float[B, 3]")]
    [InlineData("ai.onnx.ml::TreeEnsemble", "double[B, 3]", "n_targets = 4", "double[B, 4]", 1, 5)]
    [InlineData("ai.onnx.ml::TreeEnsembleClassifier", "float[B, 4]", "classlabels_int64s = [0, 1]", "int64[B]; float[B, 2]", 2)]
    [InlineData("ai.onnx.ml::TreeEnsembleRegressor", "float[B, 4]", "", "float[B, 1]")]
    [InlineData("ai.onnx.ml::ZipMap", "float[B, 3]", "classlabels_int64s = [0, 1, 2]", "seq(map(int64, float[]))")]
    public void Run_SymbolicInputs_GivesTypesAndShapes(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int outputs = 1,
        int opset = 3
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
