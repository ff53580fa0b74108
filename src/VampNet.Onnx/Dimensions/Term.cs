namespace VampNet.Onnx.Dimensions;

/// <summary>A coefficient, never 0, times a monomial.</summary>
internal readonly record struct Term(long Coefficient, Monomial Monomial);
