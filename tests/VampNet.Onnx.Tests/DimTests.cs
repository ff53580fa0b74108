namespace VampNet.Onnx.Tests;

public class DimTests
{
    private static readonly Dim T = Dim.Symbol("T");
    private static readonly Dim S = Dim.Symbol("S");
    private static readonly Dim B = Dim.Symbol("B");
    private static readonly Dim E = Dim.Element("shape", [0]);

    public static TheoryData<string, Dim, Dim> EqualPairs =>
        new()
        {
            { "sums commute", T + S, S + T },
            { "differences cancel", T + 3 - T, 3 },
            { "products distribute", (T + 1) * (S + 2), (T * S) + (T * 2) + S + 2 },
            { "a factor divided out", (T * 14).FloorDiv(14), T },
            { "a letter divided out", (B * T * 12).FloorDiv(B * 4), T * 3 },
            { "a sum divided out", ((T + 1) * (B + 2)).FloorDiv(T + 1), B + 2 },
            { "a common letter cancelled", (B * T).FloorDiv(B * 3), T.FloorDiv(3) },
            { "a multiple taken out of a quotient", (T + 768).FloorDiv(768), T.FloorDiv(768) + 1 },
            { "a common number cancelled", ((T * 4) + 7).FloorDiv(8), (T + 1).FloorDiv(2) },
            { "nested quotients", (S.FloorDiv(2) + 1).FloorDiv(3), (S + 2).FloorDiv(6) },
            { "a ceiling of a multiple", (T * 768).CeilDiv(768), T },
            { "a ceiling as a floor", S.CeilDiv(768), (S + 767).FloorDiv(768) },
            { "padding by a remainder", S + (-S).Mod(768), (S + 767).FloorDiv(768) * 768 },
            { "half of it, rounded up", S.CeilDiv(2), (S + 1).FloorDiv(2) },
            { "a remainder of a multiple", (T * 6).Mod(3), 0 },
            { "a remainder as a difference", S.Mod(5), S - (S.FloorDiv(5) * 5) },
            { "a negative divisor", (-T).FloorDiv(-2), T.FloorDiv(2) },
            { "a minimum of ordered operands", Dim.Min(T, T + 1), T },
            { "a maximum of ordered operands", Dim.Max(T, T + 1), T + 1 },
            { "a maximum with zero", Dim.Max(T, 0), T },
            { "a minimum with what is padded", Dim.Min(S, S.CeilDiv(768) * 768), S },
            { "nested minima", Dim.Min(Dim.Min(T, 9), 4), Dim.Min(4, T) },
            { "a minimum of two forms of one number", Dim.Min(Dim.Min(T, 1).FloorDiv(2) + 7, 7), 7 },
            { "a shifted minimum", Dim.Min(T + 3, 5), Dim.Min(T, 2) + 3 },
            { "a scaled minimum", Dim.Min(T * 2, 4), Dim.Min(T, 2) * 2 },
            { "a maximum as a minimum", Dim.Max(T - 2, 0), T - Dim.Min(T, 2) },
            { "a choice between equals", Dim.IfLess(E, 0, T, T), T },
            { "a choice that letters decide", Dim.IfLess(T + 2, 0, S, B), B },
            { "an equality that letters decide", Dim.IfEqual(T, -1, S, B), B },
            { "an equality the other way round", Dim.IfEqual(E, T, S, B), Dim.IfEqual(T, E, S, B) },
            { "a choice by a choice between numbers", Dim.IfEqual(Dim.IfEqual(E, -1, 1, 0), 0, T, S), Dim.IfEqual(E, -1, S, T) },
            { "a bool as a number", Dim.IfEqual(Dim.Element("flags", [1], 0, 1), 0, 0, 1), Dim.Element("flags", [1], 0, 1) },
            { "nothing scaled", Dim.Zero.ScaledBy("scales", 2), 0 },
        };

    [Theory]
    [MemberData(nameof(EqualPairs))]
    public void Equals_SameByAlgebra_IsTrueWithEqualHashes(string identity, Dim left, Dim right)
    {
        Assert.True(left == right, $"{identity}: {left} and {right}");
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
    }

    [Fact]
    public void Equals_DifferentLetters_IsFalse()
    {
        Assert.NotEqual(T, S);
        Assert.NotEqual(T.FloorDiv(2), T.FloorDiv(3));
        Assert.NotEqual(Dim.Min(T, S), Dim.Max(T, S));
    }

    [Fact]
    public void Unknown_Twice_IsDistinctAndCancelsItself()
    {
        var unknown = Dim.Unknown();
        Assert.NotEqual(unknown, Dim.Unknown());
        Assert.Equal(Dim.Zero, unknown - unknown);
        Assert.True((unknown + T).HasUnknown);
        Assert.False(T.HasUnknown);
    }

    [Theory]
    [InlineData("T*14")]
    [InlineData("(S + 767)/768*768")]
    [InlineData("B*T + T*2 - 1")]
    [InlineData("T - min(2, T)")]
    [InlineData("S/(B + 1)*T*3")]
    [InlineData("S/2*(T/3)")]
    [InlineData("S*3/8")]
    [InlineData("-(S/(B + 1))")]
    [InlineData("S/(B*T)")]
    [InlineData("T*T")]
    [InlineData("shape[0]")]
    [InlineData("k[]*2")]
    [InlineData("condition[1,0] + 1")]
    [InlineData("if(shape[0] = -1, T, shape[0])")]
    [InlineData("if(1 < shape[0], T, -(S/2))*3")]
    [InlineData("scale(H + 1, scales[2])")]
    [InlineData("'a b'*2")]
    [InlineData("'it''s'[3]")]
    [InlineData("-T + 3", "3 - T")]
    [InlineData("0")]
    [InlineData("-12")]
    public void ToString_OfParsed_IsTheSameText(string text, string? expected = null) =>
        Assert.Equal(expected ?? text, Dim.Parse(text).ToString());

    [Theory]
    [InlineData("batch-size")]
    [InlineData("floor(T/2 + 1/2)")]
    [InlineData("T*")]
    [InlineData("1/0")]
    [InlineData("99999999999999999999")]
    [InlineData("(T")]
    [InlineData("min(T")]
    [InlineData("a b")]
    [InlineData("'a")]
    [InlineData("shape[-1]")]
    [InlineData("if(T, 1, 2)")]
    public void Parse_NotAnExpression_IsALetterByThatName(string text) => Assert.Equal(Dim.Symbol(text), Dim.Parse(text));

    [Fact]
    public void Parse_DeeplyNestedText_IsALetter()
    {
        string text = new string('(', 2000) + "T" + new string(')', 2000);
        Assert.Equal(Dim.Symbol(text), Dim.Parse(text));
    }

    [Fact]
    public void Parse_EmptyText_IsUnknown() => Assert.True(Dim.Parse("").HasUnknown);

    [Fact]
    public void Letters_OfNestedExpression_AreAllOfThem() => Assert.Equal(["B", "S", "T"], ((S + T).FloorDiv(7) * Dim.Min(B, 3)).Letters);

    [Fact]
    public void TryEvaluate_AllLettersGiven_IsTheNumber()
    {
        Assert.True((S.CeilDiv(768) * T).TryEvaluate(new Dictionary<string, long> { ["S"] = 769, ["T"] = 5 }, out long value));
        Assert.Equal(10, value);
    }

    [Fact]
    public void TryEvaluate_LetterMissing_IsFalse() => Assert.False((S + T).TryEvaluate(new Dictionary<string, long> { ["S"] = 1 }, out _));

    [Fact]
    public void Substitute_LetterByExpression_IsNormal() =>
        Assert.Equal(T, S.FloorDiv(768).Substitute(name => name == "S" ? T * 768 : null));

    [Fact]
    public void IsAtLeast_WhatLettersCannotUndercut_IsTrue()
    {
        Assert.True((S.CeilDiv(4) * 4).IsAtLeast(S));
        Assert.True(T.IsAtLeast(Dim.Min(T, 2)));
        Assert.False(T.IsAtLeast(1));
        Assert.False(T.IsAtLeast(S));
    }

    [Fact]
    public void Bounds_OfBoundedExpressions_AreTight()
    {
        Assert.Equal(2, (T + 2).LowerBound);
        Assert.Null((T + 2).UpperBound);
        Assert.Equal(3, Dim.Min(T, 3).UpperBound);
        Assert.Equal(0, T.Mod(5).LowerBound);
        Assert.Equal(4, T.Mod(5).UpperBound);
    }

    [Fact]
    public void Element_OfAnInput_IsSignedAndNoLetter()
    {
        Assert.Null(E.LowerBound);
        Assert.True((E + T).HasElement);
        Assert.False((E + T).HasUnknown);
        Assert.Equal(["T"], (E + T).Letters);
        Assert.NotEqual(Dim.Symbol("shape[0]"), E);
        Assert.Equal("'shape[0]'*2", (Dim.Symbol("shape[0]") * 2).ToString());
        Assert.Equal(3, Dim.Element("flags", [0], 0, 1).Substitute(name => name == "flags[0]" ? 3 : null));
        Assert.Equal((0, 1), (Dim.Element("flags", [0], 0, 1).LowerBound, Dim.Element("flags", [0], 0, 1).UpperBound));
    }

    [Fact]
    public void TryEvaluate_ElementsOfInputs_AreGivenByTheirSpelling()
    {
        var length = Dim.IfLess(E, 0, E + T, Dim.Of(5).ScaledBy("scales", 2));
        Assert.True(length.TryEvaluate(new Dictionary<string, long> { ["shape[0]"] = -2, ["T"] = 9 }, out long value));
        Assert.Equal(7, value);
        Assert.True(
            length.TryEvaluate(
                new Dictionary<string, long> { ["shape[0]"] = 2 },
                out value,
                new Dictionary<string, float> { ["scales[2]"] = 0.7f }
            )
        );
        Assert.Equal(3, value);
        Assert.False(length.TryEvaluate(new Dictionary<string, long> { ["shape[0]"] = 2 }, out _));
    }

    [Fact]
    public void TryEvaluate_BranchThatIsNotTaken_MayDivideByZero()
    {
        var length = Dim.IfEqual(E, 0, 1, T.FloorDiv(E));
        Assert.True(length.TryEvaluate(new Dictionary<string, long> { ["shape[0]"] = 0, ["T"] = 9 }, out long value));
        Assert.Equal(1, value);
    }

    [Fact]
    public void FloorDiv_ByZero_Throws() => Assert.Throws<DivideByZeroException>(() => T.FloorDiv(0));

    [Fact]
    public void Multiply_BeyondInt64_Throws() => Assert.Throws<OverflowException>(() => Dim.Of(long.MaxValue) * 2);

    [Fact]
    public void Multiply_ExpressionBeyondMaxSize_Throws()
    {
        Assert.Throws<OverflowException>(() =>
        {
            Dim grown = T + S;
            for (int i = 0; i < 40; i++)
            {
                grown = (grown * grown).FloorDiv(B + i);
            }
        });
    }

    [Fact]
    public void Symbol_EmptyName_Throws() => Assert.Throws<ArgumentException>(() => Dim.Symbol(""));
}
