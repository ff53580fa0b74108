namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class TextInferenceTests
{
    [Theory]
    [InlineData("StringNormalizer", "string[1, 5]", "", "string[1, 5]")]
    [InlineData("StringNormalizer", "string[T]", "", "string[?]")]
    [InlineData("StringConcat", "string[B, 1]; string[T]", "", "string[B, T]")]
    [InlineData("RegexFullMatch", "string[B, T]", "", "bool[B, T]")]
    [InlineData("StringSplit", "string[B, T]", "", "string[B, T, ?]; int64[B, T]", 20, 2)]
    [InlineData("TfIdfVectorizer", "int64[B, T]", "ngram_indexes = [0, 4, 2]", "float[B, 5]")]
    public void Run_SymbolicInputs_GivesExpressions(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));

    [Theory]
    [InlineData("StringNormalizer", "string[1, 2, 3]", "", "VNO0703")]
    [InlineData("TfIdfVectorizer", "int64[T]", "", "VNO0705")]
    public void Run_WrongNode_IsReported(
        string opType,
        string inputs,
        string attributes,
        string expected,
        int opset = 20,
        int outputs = 1
    ) => Assert.Equal(expected, NodeInference.Run(opType, inputs, attributes, opset, outputs));
}
