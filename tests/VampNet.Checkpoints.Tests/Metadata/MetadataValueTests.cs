using System.Numerics;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Checkpoints.Tests.Metadata;

public sealed class MetadataValueTests
{
    private static readonly MetadataValue Text = new MetadataValue.Text("4");

    [Fact]
    public void As_AValueOfAnotherKind_IsRefusedWithTheValue()
    {
        Assert.All(
            (Action[])
                [
                    () => Text.AsInt32(),
                    () => Text.AsInt64(),
                    () => Text.AsDouble(),
                    () => Text.AsBoolean(),
                    () => Text.AsSequence(),
                    () => new MetadataValue.None().AsText(),
                ],
            read => Assert.Equal("VNC0701", Assert.Throws<CheckpointException>(read).Id)
        );
        Assert.Contains(
            "the metadata value \"4\"",
            Assert.Throws<CheckpointException>(() => Text.AsInt32()).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void AsInt_AnIntegerThatDoesNotFit_IsRefused()
    {
        Assert.Throws<CheckpointException>(() => new MetadataValue.Integer(1L << 31).AsInt32());
        Assert.Throws<CheckpointException>(() => new MetadataValue.Integer(BigInteger.One << 63).AsInt64());
    }

    [Fact]
    public void AsDouble_AnInteger_IsConverted() => Assert.Equal(3.0, new MetadataValue.Integer(3).AsDouble());

    [Fact]
    public void Indexer_OfAnythingButAMapping_GivesNull()
    {
        Assert.Null(Text["k"]);
        Assert.Null(MetadataValue.EmptyMapping["k"]);
    }

    [Theory]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.PositiveInfinity, "inf")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void ToJson_NumbersThatAreNotFinite_AreNamed(double value, string name) =>
        Assert.Equal($$"""{"$float":"{{name}}"}""", new MetadataValue.Real(value).ToJson());

    [Fact]
    public void ToJson_KeysThatAreNoTexts_AreWrittenAsTheirJson() =>
        Assert.Equal(
            """{"[1,true]":null}""",
            new MetadataValue.Mapping([
                new(
                    new MetadataValue.Sequence(
                        MetadataValue.SequenceKind.Tuple,
                        [new MetadataValue.Integer(1), new MetadataValue.Boolean(true)]
                    ),
                    new MetadataValue.None()
                ),
            ]).ToJson()
        );
}
