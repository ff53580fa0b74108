# vampnet on the CPU. `docker build --tag vampnet:0.1.0 .`, then for example
# `docker run --rm --volume "$PWD:/data" vampnet:0.1.0 vamp in.wav out.wav --models models/demo`.

FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/VampNet.Cli --configuration Release --runtime linux-x64 --self-contained false --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble AS final
WORKDIR /app
COPY --from=build /app .
# Diagnostics would need a writable /tmp.
ENV DOTNET_EnableDiagnostics=0
WORKDIR /data
USER 1654:1654
ENTRYPOINT ["dotnet", "/app/vampnet.dll"]
CMD ["--help"]
