using CsCheck;

namespace VampNet.Onnx.Tests;

/// <summary>Random expressions: the normal form has the same value as the expression it was made from.</summary>
public class DimPropertyTests
{
    private static readonly string[] Letters = ["A", "B", "C"];

    /// <summary>Of the three letters, and of an element of an input, which may be negative.</summary>
    private static readonly Gen<long[]> Lengths = Gen.Select(
        Gen.Long[0, 40].Array[3],
        Gen.Long[-20, 20],
        static (letters, element) => letters.Append(element).ToArray()
    );

    private static readonly Gen<Expression> Expressions = ExpressionsOfDepth(2);

    /// <summary>Few parts, so that the product of two stays within <see cref="Dim.MaxSize"/>.</summary>
    private static readonly Gen<Expression> SmallExpressions = ExpressionsOfDepth(1);

    [Fact]
    public void TryEvaluate_RandomExpression_EqualsTheExpressionItself() =>
        Expressions.Select(Lengths).Sample((expression, lengths) => Evaluate(expression.Dim, lengths) == expression.Value(lengths));

    [Fact]
    public void Parse_OfPrintedRandomExpression_IsTheSameNumber() =>
        Expressions
            .Select(Lengths)
            .Sample((expression, lengths) => Evaluate(Dim.Parse(expression.Dim.ToString()), lengths) == expression.Value(lengths));

    [Fact]
    public void Bounds_OfRandomExpression_AreNeverExceeded() =>
        Expressions
            .Select(Lengths)
            .Sample(
                (expression, lengths) =>
                    !(expression.Dim.LowerBound > expression.Value(lengths)) && !(expression.Dim.UpperBound < expression.Value(lengths))
            );

    [Fact]
    public void Equals_RandomOperandsExchanged_IsTrue() =>
        SmallExpressions
            .Select(SmallExpressions)
            .Sample(
                (a, b) =>
                {
                    Assert.Equal(a.Dim + b.Dim, b.Dim + a.Dim);
                    Assert.Equal(a.Dim * b.Dim, b.Dim * a.Dim);
                    Assert.Equal(a.Dim, a.Dim + b.Dim - b.Dim);
                    Assert.Equal(Dim.Min(a.Dim, b.Dim), Dim.Min(b.Dim, a.Dim));
                    Assert.Equal(Dim.Max(a.Dim, b.Dim), Dim.Max(b.Dim, a.Dim));
                }
            );

    private static Gen<Expression> ExpressionsOfDepth(int maxDepth) =>
        Gen.Recursive<Expression>(
            (depth, inner) =>
            {
                var leaf = Gen.OneOf(
                    Gen.Int[-9, 9].Select(number => new Expression(number, _ => number)),
                    Gen.Int[0, 2].Select(i => new Expression(Dim.Symbol(Letters[i]), lengths => lengths[i])),
                    Gen.Const(new Expression(Dim.Element("shape", [0]), static lengths => lengths[3]))
                );
                if (depth > maxDepth)
                {
                    return leaf;
                }

                return Gen.OneOf(
                    leaf,
                    Gen.Select(inner, inner, (a, b) => new Expression(a.Dim + b.Dim, at => a.Value(at) + b.Value(at))),
                    Gen.Select(inner, inner, (a, b) => new Expression(a.Dim - b.Dim, at => a.Value(at) - b.Value(at))),
                    Gen.Select(inner, Gen.Int[-4, 4], (a, b) => new Expression(a.Dim * b, at => a.Value(at) * b)),
                    Gen.Select(inner, leaf, (a, b) => new Expression(a.Dim * b.Dim, at => a.Value(at) * b.Value(at))),
                    Gen.Select(inner, Gen.Int[1, 6], (a, b) => new Expression(a.Dim.FloorDiv(b), at => Floor(a.Value(at), b))),
                    Gen.Select(inner, Gen.Int[1, 6], (a, b) => new Expression(a.Dim.CeilDiv(-b), at => -Floor(-a.Value(at), -b))),
                    Gen.Select(
                        inner,
                        Gen.Int[0, 2],
                        (a, i) => new Expression(a.Dim.FloorDiv(Dim.Symbol(Letters[i]) + 1), at => Floor(a.Value(at), at[i] + 1))
                    ),
                    Gen.Select(
                        inner,
                        Gen.Int[1, 6],
                        (a, b) => new Expression(a.Dim.Mod(b), at => a.Value(at) - (b * Floor(a.Value(at), b)))
                    ),
                    Gen.Select(
                        inner,
                        leaf,
                        leaf,
                        (a, b, c) =>
                            new Expression(
                                Dim.IfLess(a.Dim, b.Dim, c.Dim, b.Dim),
                                at => a.Value(at) < b.Value(at) ? c.Value(at) : b.Value(at)
                            )
                    ),
                    Gen.Select(
                        leaf,
                        leaf,
                        inner,
                        (a, b, c) =>
                            new Expression(
                                Dim.IfEqual(a.Dim, b.Dim, c.Dim, b.Dim),
                                at => a.Value(at) == b.Value(at) ? c.Value(at) : b.Value(at)
                            )
                    ),
                    Gen.Select(inner, inner, (a, b) => new Expression(Dim.Min(a.Dim, b.Dim), at => Math.Min(a.Value(at), b.Value(at)))),
                    Gen.Select(inner, inner, (a, b) => new Expression(Dim.Max(a.Dim, b.Dim), at => Math.Max(a.Value(at), b.Value(at))))
                );
            }
        );

    private static long Evaluate(Dim dim, long[] lengths)
    {
        var named = Letters.Zip(lengths).ToDictionary(static pair => pair.First, static pair => pair.Second);
        named.Add("shape[0]", lengths[3]);
        Assert.True(dim.TryEvaluate(named, out long value), dim.ToString());
        return value;
    }

    private static long Floor(long value, long divisor) => (long)Math.Floor((decimal)value / divisor);

    private sealed record Expression(Dim Dim, Func<long[], long> Value)
    {
        public override string ToString() => Dim.ToString();
    }
}
